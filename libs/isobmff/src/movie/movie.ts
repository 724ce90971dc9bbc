import type { TrackConfig } from '@clipfleet/mpegts';
import type { RunLengthTable } from '../bytes/run-length-table.js';
import type { Edit } from '../boxes/elst.js';
import type { StscEntry } from '../boxes/stsc.js';

/** What a sample table says of a track's samples, in the track's timescale. */
export interface SampleTables {
  readonly durations: RunLengthTable;
  readonly compositionOffsets: RunLengthTable;
  /** 1-based numbers of the sync samples; undefined: every sample is one. */
  readonly syncSampleNumbers: readonly number[] | undefined;
  readonly sizesBytes: readonly number[];
  readonly chunks: readonly StscEntry[];
  /** From the file's start, or from the payload's start while the header is not laid out. */
  readonly chunkOffsets: readonly number[];
}

export interface MovieTrack {
  readonly trackId: number;
  readonly kind: 'video' | 'audio';
  readonly enabled: boolean;
  readonly language: string;
  readonly timescale: number;
  /** Sum of the samples' durations. */
  readonly mediaDuration: number;
  /** One `stsd` entry each. */
  readonly configs: readonly TrackConfig[];
  readonly averageBitrateBps: number;
  readonly edits: readonly Edit[];
  readonly tables: SampleTables;
}
