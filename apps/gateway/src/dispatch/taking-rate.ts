const MEASURED_MS = 2_000;
/** Looks that far apart say nothing of the time in between: nothing may have waited. */
const FORGOTTEN_MS = 10_000;

/** How fast messages are taken from a queue. Times of a clock that is never set. */
export class TakingRate {
  private since?: { count: number; atMs: number } | undefined;
  private perMs?: number | undefined;

  /** `takenCount`: since the queue was made. Undefined: not known yet. */
  read(takenCount: number, nowMs: number): number | undefined {
    const { since } = this;
    const passedMs = since ? nowMs - since.atMs : Infinity;
    const count = since ? takenCount - since.count : 0;
    // a queue that was made anew counts from the beginning
    if (passedMs >= FORGOTTEN_MS || count < 0) this.perMs = undefined;
    else if (passedMs >= MEASURED_MS) this.perMs = count / passedMs;
    else return this.perMs;
    this.since = { count: takenCount, atMs: nowMs };
    return this.perMs;
  }
}
