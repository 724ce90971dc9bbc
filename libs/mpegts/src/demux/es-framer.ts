import type { DemuxedSample, TrackConfig } from '../sample.js';

/** Gets what was demuxed, in the order of the bytes; a configuration comes before the first sample it applies to. */
export interface SampleSink {
  config(config: TrackConfig): void;
  sample(sample: DemuxedSample): void;
}

/** Cuts an elementary stream into samples. */
export interface EsFramer {
  /** Delivers what is complete. `final`: nothing follows, so what can be complete is. */
  drain(final: boolean): void;
  /** A discontinuity: forget everything but the codec. */
  reset(): void;
  /** Everything that commences in an own PES was delivered. */
  readonly ownComplete: boolean;
}
