import type { TsDemuxerOptions } from '../demux/ts-demuxer.js';
import { TsDemuxer } from '../demux/ts-demuxer.js';
import type { DemuxedSample, TrackConfig } from '../sample.js';

export interface Collected {
  readonly demuxer: TsDemuxer;
  readonly samples: DemuxedSample[];
  readonly configs: TrackConfig[];
}

/** A demuxer and what it delivers. */
export const collector = (options: Omit<TsDemuxerOptions, 'sink'> = {}): Collected => {
  const samples: DemuxedSample[] = [];
  const configs: TrackConfig[] = [];
  const sink = {
    config: (config: TrackConfig) => void configs.push(config),
    sample: (sample: DemuxedSample) => void samples.push(sample),
  };
  return { demuxer: new TsDemuxer({ ...options, sink }), samples, configs };
};

export const demuxAll = (bytes: Uint8Array, options?: Omit<TsDemuxerOptions, 'sink'>): Collected => {
  const collected = collector(options);
  collected.demuxer.push(bytes);
  collected.demuxer.flush();
  return collected;
};

/** Cuts bytes at these places (any numbers: folded into the length). */
export const cutAt = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
};
