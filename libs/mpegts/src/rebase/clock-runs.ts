import { unwrapTicks } from '../es/timestamp.js';

/** A stamp further from those near it is of another clock, whether or not somebody said so. */
const MAX_JUMP_TICKS = 10 * 90_000;

/** A stretch of the source with one clock. */
export class ClockRun {
  /** What is added to the source's clock; undefined: not known yet. */
  offsetTicks: number | undefined;
  /** The first stamps of each stream. */
  readonly firsts = new Map<number, { ptsTicks: number; dtsTicks: number }>();
  firstPcrTicks: number | undefined;
  /** The first stream whose stream_id is that of video. */
  videoPid: number | undefined;
  private newestTicks: number | undefined;

  /** A stamp as on the wire, unwrapped near the newest one; undefined: it is of another clock. */
  place(wireTicks: number): number | undefined {
    const ticks = unwrapTicks(wireTicks, this.newestTicks ?? wireTicks);
    if (Math.abs(ticks - (this.newestTicks ?? ticks)) > MAX_JUMP_TICKS) return undefined;
    this.newestTicks = ticks;
    return ticks;
  }
}

/**
 * Sorts stamps into runs. A run begins where somebody says so, or with a stamp far from all others: streams are interleaved, so
 * those that have not come to the jump go on in the run before.
 */
export class ClockRuns {
  current = new ClockRun();
  private previous: ClockRun | undefined;

  /** `onJump`: a run is about to begin that nobody spoke of. */
  constructor(private readonly onJump: () => void) {}

  /** A discontinuity for all streams at once. */
  start(): void {
    this.previous = undefined;
    this.current = new ClockRun();
  }

  place(wireTicks: number): { run: ClockRun; ticks: number } {
    for (const run of [this.current, this.previous]) {
      const ticks = run?.place(wireTicks);
      if (run !== undefined && ticks !== undefined) return { run, ticks };
    }
    this.onJump();
    this.previous = this.current;
    this.current = new ClockRun();
    return { run: this.current, ticks: this.current.place(wireTicks) ?? wireTicks };
  }
}
