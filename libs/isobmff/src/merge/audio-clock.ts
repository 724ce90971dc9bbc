import { rescaleNearest } from '../bytes/rescale.js';

/** Stamps are rounded to 90 kHz, by some encoders downwards: less than this off the running count is rounding, not a gap. */
const ROUNDING_TICKS = 3;

/**
 * Decoding times of audio frames in PCM samples. They run on by the samples of each frame: rounding every stamp by itself
 * would let 44.1 kHz jitter. Only a real gap or overlap sets the count anew.
 */
export class AudioClock {
  private nextSample: number | undefined;

  constructor(private readonly sampleRateHz: number) {}

  /** `ticks` count from the output's start; negative before it. */
  at(ticks: number, pcmSamples: number): number {
    const stamped = rescaleNearest(ticks, this.sampleRateHz, 90_000);
    const expected = this.nextSample ?? stamped;
    const offBy = Math.abs(stamped - expected);
    const sample = offBy * 90_000 <= ROUNDING_TICKS * this.sampleRateHz + 90_000 / 2 ? expected : stamped;
    this.nextSample = sample + pcmSamples;
    return sample;
  }
}
