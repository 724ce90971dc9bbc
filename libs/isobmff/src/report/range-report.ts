import type { TrackConfig } from '@clipfleet/mpegts';
import type { ShownWindow } from '../cut/shown-window.js';

/**
 * One track in one run of a range. Times are the samples' own: 90 kHz ticks, continuous inside the run, nothing rebased.
 * The columns hold one entry for each sample, as varints; `SpanReader` knows how.
 */
export interface RangeSpan {
  readonly runIndex: number;
  readonly pid: number;
  /** Orders the tracks: position in the PMT, or the PID where no configuration told it. */
  readonly streamIndex: number;
  readonly kind: 'video' | 'audio';
  readonly language?: string;
  readonly sampleCount: number;
  readonly payloadBytes: number;
  readonly firstDtsTicks: number;
  readonly firstPtsTicks: number;
  readonly lastDtsTicks: number;
  /** Earliest presentation time. */
  readonly minPtsTicks: number;
  /** End of what is presented last. */
  readonly maxEndTicks: number;
  /** Of the last sample in decode order, as far as the range itself tells. */
  readonly lastDurationTicks: number;
  readonly columns: SpanColumns;
}

export interface SpanColumns {
  readonly sizes: Uint8Array;
  /** DTS steps between neighbours, run-length coded. */
  readonly steps: Uint8Array;
  /** Composition offsets; empty for audio. */
  readonly offsets: Uint8Array;
  /** Distances between keyframes; empty for audio, where every frame is one. */
  readonly keys: Uint8Array;
  /** PCM samples of each frame, run-length coded; empty for video. */
  readonly frames: Uint8Array;
}

/** What a range's payload holds: all that the merge of the header needs to know of it. */
export interface RangeReport {
  /** Position in the edit of the clip it is of; absent: the edit has one. */
  readonly clipIndex?: number;
  readonly configs: readonly TrackConfig[];
  readonly spans: readonly RangeSpan[];
  /**
   * In payload order: span index, configuration index + 1 and sample count of each chunk, as varints. 0 instead of a
   * configuration: the one that the track had at the end of the range before.
   */
  readonly chunks: Uint8Array;
  readonly chunkCount: number;
  readonly payloadBytes: number;
  /** Zeros stored after the payload. */
  readonly paddingBytes: number;
  readonly shown: ShownWindow;
}
