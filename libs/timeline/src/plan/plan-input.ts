import type { ObjectRef } from '../edit/edit.js';
import { BUILT_IN_PROFILES } from '../edit/encoding.js';
import { DEFAULT_ENCODING_LIMITS } from '../edit/encoding-limits.js';
import type { Output } from '../edit/output.js';
import type { EncodingCatalog } from '../edit/resolve-encoding.js';
import type { ResolvedRange } from '../timeline/resolve-range.js';
import type { Timeline } from '../timeline/timeline.js';
import type { SegmentProbe } from './segment-probe.js';

export type { ProbedStream, SegmentProbe } from './segment-probe.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** A clip whose range is resolved. */
export interface PlanClip {
  /** The playlist. */
  source: ObjectRef;
  timeline: Timeline;
  range: ResolvedRange;
  /** Bytes of every object of {@link neededKeys}; a key that is not in it, or undefined, is a missing object. */
  sizes: ReadonlyMap<string, number | undefined>;
  /** By segment index; those of {@link neededProbes}. */
  probes: ReadonlyMap<number, SegmentProbe>;
}

/** What the destination's store can do. */
export interface PlanAbilities {
  /** UploadPartCopy: clips that lie in the same store are copied inside it. */
  storeCopy: boolean;
  /** The destination wants parts of one size, but for the last. */
  equalParts: boolean;
  /** The destination moves the bytes of parts to join them, and begins while others still come. */
  joinsEarly?: boolean;
}

export interface PlanLimits {
  /** S3: 5 MiB but for the last part. */
  minPartBytes: number;
  /** S3: 5 GiB. */
  maxPartBytes: number;
  /** S3: 10,000. */
  maxParts: number;
  /** S3: ranges can be copied only of objects larger than 5 MB. */
  minRangeCopyObjectBytes: number;
  /** What is copied may lend its neighbours multiples of this: some transport packets, so that a worker can tell what they are. */
  borrowBytes: number;
  /** Size of the parts a worker streams. */
  targetPartBytes: number;
  /** Largest part that a worker makes in its memory. */
  maxHeldPartBytes: number;
  /** Bytes a task streams, at about and at most. */
  taskStreamBytes: number;
  /** Slots of segment workers that wait for work: a clip is spread over them. Of the moment, so that a plan made again may differ. */
  idleSlots: number;
  /** The same of transcode workers. */
  idleTranscodeSlots: number;
  /** Ranges for each idle slot where the destination joins early: of what the last ones write nothing is joined before the end. */
  earlyJoinRounds: number;
  /** Least bytes, at about, of a task that there is only because slots are idle: round trips must be worth it. */
  idleRangeBytes: number;
  /** Bytes a task has copied inside the store, at about. */
  taskCopyBytes: number;
  /** Pieces of a task, at about: bounds its message. */
  taskPieces: number;
  /** Outputs up to this are one task: round trips would cost more than the work. */
  smallOutputBytes: number;
  /** How far before the cut a keyframe is looked for. */
  maxGopLeadMs: number;
  /** Ranges an mp4/mov is remuxed in. */
  maxRanges: number;
  /** Ranges of a recording that still grows, of which nobody knows how many there will be. */
  maxGrowingRanges: number;
  /** Least source bytes of a remux range but the last: its payload must fill a part. The first also fills part 1. */
  minRangeBytes: number;
  /** Media time of an encoded range, at about. */
  encodeRangeMs: number;
  /** Least output, as far as it can be foreseen, of an encoded range: below a part it would be filled up. */
  minEncodedRangeBytes: number;
  /** Ranges a video is encoded in. */
  maxEncodeRanges: number;
  /** Behind a range, to complete what starts inside it, are read pieces of so many bytes and so much time, … */
  tailBytes: number;
  tailMs: number;
  /** … but no more than makes up this time, … */
  mostTailMs: number;
  /** … and no more than so many pieces: bounds the message. */
  mostTailPieces: number;
  maxProbes: number;
  /** Of all clips together. */
  maxSegments: number;
  maxClips: number;
  /** What is requested of all clips together. */
  maxDurationMs: number;
  /** Tiles of a storyboard. */
  maxTiles: number;
  /** Bytes that are decoded together for tiles, at about. */
  shotBytes: number;
}

export const DEFAULT_PLAN_LIMITS: PlanLimits = {
  minPartBytes: 5 * MIB,
  maxPartBytes: 5 * GIB,
  maxParts: 10_000,
  minRangeCopyObjectBytes: 5 * MIB + 1,
  borrowBytes: 4 * 188,
  targetPartBytes: 32 * MIB,
  maxHeldPartBytes: 256 * MIB,
  taskStreamBytes: 256 * MIB,
  idleSlots: 0,
  idleTranscodeSlots: 0,
  earlyJoinRounds: 8,
  idleRangeBytes: 16 * MIB,
  taskCopyBytes: 4 * GIB,
  taskPieces: 4_000,
  smallOutputBytes: 32 * MIB,
  maxGopLeadMs: 12_000,
  maxRanges: 1,
  maxGrowingRanges: 256,
  minRangeBytes: 8 * MIB,
  encodeRangeMs: 30_000,
  minEncodedRangeBytes: 6 * MIB,
  maxEncodeRanges: 256,
  tailBytes: 4 * MIB,
  tailMs: 2_000,
  mostTailMs: 5_000,
  mostTailPieces: 500,
  maxProbes: 32,
  maxSegments: 100_000,
  maxClips: 200,
  maxDurationMs: 30 * 24 * 3_600_000,
  maxTiles: 500,
  shotBytes: 64 * MIB,
};

export interface PlanInput {
  output: Output;
  clips: PlanClip[];
  abilities: PlanAbilities;
  limits: PlanLimits;
  encodings: EncodingCatalog;
}

export const DEFAULT_ENCODINGS: EncodingCatalog = { profiles: BUILT_IN_PROFILES, limits: DEFAULT_ENCODING_LIMITS };
