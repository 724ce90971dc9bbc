import type { PlanWarning } from '../plan/plan.js';

/** AES-128 of a segment: where its key lies, never the key. */
export interface SegmentKey {
  /** Object key of the 16 key bytes, in the recording's bucket. */
  keyObjectKey: string;
  ivHex: string;
}

/** What a player reads before fragmented MP4 segments. RFC 8216 §4.3.2.5 */
export interface SegmentMap {
  /** Object key, in the recording's bucket. */
  key: string;
  /** `[startByte, endByte)` of the object; absent: the whole object. */
  byteRange?: [number, number];
}

/** One segment of a recording. */
export interface Segment {
  /** Object key, resolved inside the recording's bucket, or inside `bucket` of the same store: there its cipher and map lie, too. */
  key: string;
  bucket?: string;
  /** `[startByte, endByte)` of the object; absent: the whole object. */
  byteRange?: [number, number];
  /** From the recording's start. HLS: the exact sum of the EXTINFs before; DASH: presentation time, so that jumps stay. */
  startTicks: number;
  durationTicks: number;
  /** Epoch time in 90 kHz ticks (ms × 90); on every segment or on none. */
  wallClockTicks?: number;
  /** 0-based, counts up at every discontinuity or DASH period. */
  runIndex: number;
  /** EXT-X-GAP: there is no media here. */
  gap: boolean;
  cipher?: SegmentKey;
  map?: SegmentMap;
}

/** What a playlist describes. Plain data: it can be cloned to another thread. */
export interface Timeline {
  /** Key of the playlist itself, which relative addresses were resolved against. */
  playlistKey: string;
  segments: Segment[];
  /** No EXT-X-ENDLIST, or a dynamic MPD: segments may still be added. */
  growing: boolean;
  hasWallClock: boolean;
  targetDurationSeconds: number;
  /** Oddities the parser could live with. */
  warnings: PlanWarning[];
}

/** One media playlist named by an HLS multivariant playlist. */
export interface Variant {
  key: string;
  bandwidthBps: number;
  codecs?: string;
  width?: number;
  height?: number;
  /** The variant's audio is in a playlist of its own. */
  separateAudio: boolean;
}

export type ParsedPlaylist = { kind: 'media'; timeline: Timeline } | { kind: 'master'; variants: Variant[] };

/** The segment's end on the recording's own clock. */
export const segmentEndTicks = (segment: Segment): number => segment.startTicks + segment.durationTicks;
