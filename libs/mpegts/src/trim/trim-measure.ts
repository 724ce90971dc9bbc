import type { PesRecord } from '../probe/pes-tracker.js';

/** Beyond this a DTS step is no frame's duration. */
const MAX_FRAME_TICKS = 10 * 90_000;

/** Counts what the output shows. */
export class TrimMeasure {
  /** Pictures that are shown: PES of the clock stream presented at or after the start. */
  frameCount = 0;
  private lastDtsTicks: number | undefined;
  private frameTicks = 0;
  private newestPtsTicks: number | undefined;
  private cutOffTicks: number | undefined;

  /** Every known PES of the clock stream, kept or not. */
  seen({ dtsTicks }: PesRecord): void {
    if (dtsTicks === undefined) return;
    const step = dtsTicks - (this.lastDtsTicks ?? dtsTicks);
    if (step > 0 && step < MAX_FRAME_TICKS) this.frameTicks = step;
    this.lastDtsTicks = dtsTicks;
  }

  /** A PES of the clock stream that belongs to the output; `cutOffTicks`: it does up to there. */
  kept({ ptsTicks }: PesRecord, startTicks: number | undefined, cutOffTicks: number | undefined): void {
    this.cutOffTicks = cutOffTicks;
    if (ptsTicks === undefined || ptsTicks < (startTicks ?? Number.NEGATIVE_INFINITY)) return;
    this.frameCount++;
    this.newestPtsTicks = Math.max(this.newestPtsTicks ?? ptsTicks, ptsTicks);
  }

  /** End of the last shown picture of this run. */
  get endTicks(): number | undefined {
    if (this.cutOffTicks !== undefined) return this.cutOffTicks;
    return this.newestPtsTicks === undefined ? undefined : this.newestPtsTicks + this.frameTicks;
  }

  startRun(): void {
    this.lastDtsTicks = undefined;
    this.newestPtsTicks = undefined;
  }
}
