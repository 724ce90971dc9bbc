import type { DemuxedSample, TrackConfig } from '@clipfleet/mpegts';
import { RangeWriter } from '../range/range-writer.js';
import { audioConfig, videoConfig } from './samples.js';
import type { StitchedRange } from './stitch.js';

const defaultConfig = (sample: DemuxedSample): TrackConfig => (sample.kind === 'video' ? VIDEO : AUDIO);
const VIDEO = videoConfig();
const AUDIO = audioConfig();

/** Only for tests: a range out of samples by hand. */
export function makeRange(
  samples: readonly DemuxedSample[],
  configOf: (sample: DemuxedSample) => TrackConfig | undefined = defaultConfig,
): StitchedRange {
  const writer = new RangeWriter();
  const payload = samples.flatMap((sample) => writer.push(sample, configOf(sample)));
  const end = writer.finish();
  return { payload: [...payload, ...end.payload], report: end.report };
}
