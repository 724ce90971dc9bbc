import type { EsClock } from '../es/es-stream.js';
import { TICKS_PER_SECOND, unwrapTicks } from '../es/timestamp.js';

/** A jump beyond this, forward or back, is another clock, whether or not the playlist says so. */
const MAX_JUMP_TICKS = 10 * TICKS_PER_SECOND;

/**
 * Puts 33-bit stamps on the clocks of runs. A run is a stretch with one continuous clock. It begins where the caller says so,
 * or where a stamp lies far from every stamp near it: then the streams move to the new run one after the other, as each
 * comes to the jump, because they are interleaved.
 */
export class RunClock implements EsClock {
  /** The newest DTS of each run, by run; undefined: the run has no stamp yet. */
  private readonly newestTicks: (number | undefined)[] = [undefined];
  private readonly runOfPid = new Map<number, number>();
  private oldestOpenRun = 0;

  constructor(
    private readonly firstRunIndex: number,
    private readonly onJump: (pid: number) => void,
  ) {}

  /** A discontinuity for all streams at once. */
  startRun(): void {
    this.newestTicks.push(undefined);
    this.oldestOpenRun = this.newestTicks.length - 1;
  }

  currentRun(pid: number): number {
    return this.firstRunIndex + this.runOf(pid);
  }

  place(pid: number, pts: number, dts: number): { ptsTicks: number; dtsTicks: number; runIndex: number } {
    const { run, dtsTicks } = this.find(pid, dts);
    this.newestTicks[run] = dtsTicks;
    this.runOfPid.set(pid, run);
    return { ptsTicks: unwrapTicks(pts, dtsTicks), dtsTicks, runIndex: this.firstRunIndex + run };
  }

  private runOf(pid: number): number {
    return Math.max(this.runOfPid.get(pid) ?? 0, this.oldestOpenRun);
  }

  private find(pid: number, dts: number): { run: number; dtsTicks: number } {
    for (let run = this.runOf(pid); run < this.newestTicks.length; run++) {
      const newest = this.newestTicks[run];
      if (newest === undefined) return { run, dtsTicks: dts };
      const dtsTicks = unwrapTicks(dts, newest);
      if (Math.abs(dtsTicks - newest) <= MAX_JUMP_TICKS) return { run, dtsTicks };
    }
    this.onJump(pid);
    this.newestTicks.push(undefined);
    return { run: this.newestTicks.length - 1, dtsTicks: dts };
  }
}
