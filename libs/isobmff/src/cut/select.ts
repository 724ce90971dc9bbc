import type { DemuxedSample, TrackConfig } from '@clipfleet/mpegts';

/** A sample with the configuration it was coded with, where that is known: a range may begin before its parameter sets. */
export interface SelectedSample {
  readonly sample: DemuxedSample;
  readonly config: TrackConfig | undefined;
}

/** A time on the samples' own clock, which is valid inside one run only. */
export interface CutPoint {
  readonly runIndex: number;
  readonly ticks: number;
}

/** `keyframe`: shown from the last keyframe at or before in. `exact`: what lies before in is hidden by the edit list. */
export type SelectionMode = 'keyframe' | 'exact';

/** Presentation end of an audio frame; rounded up, so that a frame that reaches a time is never taken as ended before. */
export function audioEndTicks(sample: DemuxedSample): number {
  if (sample.kind !== 'audio') return sample.ptsTicks;
  return sample.ptsTicks + Math.ceil((sample.sampleCount * 90_000) / sample.sampleRateHz);
}
