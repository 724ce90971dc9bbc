import { TICKS_PER_SECOND } from '../es/timestamp.js';

/**
 * The running time of a track: a stamp, and the PCM samples since. Counting samples, not ticks, keeps 44.1 kHz (whose frames
 * are 2089.8 ticks long) from drifting.
 */
export class AudioTimes {
  private stampTicks: number | undefined;
  private samplesSince = 0;
  private rateHz = 0;

  stamp(ticks: number): void {
    this.stampTicks = ticks;
    this.samplesSince = 0;
  }

  /** The time of the next frame; undefined before the first stamp. */
  get nextTicks(): number | undefined {
    if (this.stampTicks === undefined) return undefined;
    return this.samplesSince === 0 ? this.stampTicks : this.stampTicks + toTicks(this.samplesSince, this.rateHz);
  }

  advance(sampleCount: number, sampleRateHz: number): void {
    if (this.rateHz !== sampleRateHz) {
      const ticks = this.nextTicks;
      if (ticks !== undefined) this.stamp(ticks);
      this.rateHz = sampleRateHz;
    }
    this.samplesSince += sampleCount;
  }

  reset(): void {
    this.stampTicks = undefined;
    this.samplesSince = 0;
  }
}

export const toTicks = (samples: number, rateHz: number): number => Math.round((samples * TICKS_PER_SECOND) / rateHz);
