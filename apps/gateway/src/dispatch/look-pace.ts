/** A burst of new exports is looked at so often, not once for each: a look asks the ledger and the queues. */
const AT_MOST_EVERY_MS = 20;
/** While the queues are full: what makes room is told apart from what comes new. */
const AT_MOST_EVERY_MS_WHEN_FULL = 100;

/** When what waits is looked at for the sake of one more. Times of a clock that is never set. */
export class LookPace {
  private beganAtMs = -Infinity;
  private everyMs = AT_MOST_EVERY_MS;

  began(nowMs: number): void {
    this.beganAtMs = nowMs;
  }

  /** `releasedCount`: of what waited; undefined: nothing did. */
  ended(releasedCount: number | undefined): void {
    this.everyMs = releasedCount === 0 ? AT_MOST_EVERY_MS_WHEN_FULL : AT_MOST_EVERY_MS;
  }

  /** 0: at once. */
  nextInMs(nowMs: number): number {
    return Math.max(0, this.beganAtMs + this.everyMs - nowMs);
  }
}
