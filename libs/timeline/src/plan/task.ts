import { z } from 'zod';
import { audioEncoding, encoding, videoEncoding } from '../edit/encoding.js';
import { codecPolicy, container, cutMode, imageFormat } from '../edit/output.js';
import { gridStart } from './grid-start.js';
import { edgeTrim, piece } from './piece.js';

/** The bucket that the pieces of a clip lie in. */
const sourceBucket = z.object({ storeId: z.string(), bucket: z.string() });

/** Edges of a range. `lead`: pieces before the first one, read only to find the last keyframe at or before the cut. */
const edges = {
  lead: z.array(piece),
  /** Cut in the first piece of the clip, when that is in the range. */
  trimStart: edgeTrim.optional(),
  /** Cut in the last piece of the clip: nothing presented at or after it belongs to the output. */
  trimEnd: edgeTrim.optional(),
};

/**
 * A task goes through the clips of an edit: the fields of its own are those of the clip it begins in, and its pieces from
 * the run `firstRunIndex` on are of this one.
 */
export const furtherClip = z.object({
  clipIndex: z.number().int().nonnegative(),
  firstRunIndex: z.number().int().nonnegative(),
  source: sourceBucket,
  ...edges,
});
export type FurtherClip = z.infer<typeof furtherClip>;

/** Fields every task has. Part numbers are 1-based, as S3 counts them. */
const base = {
  source: sourceBucket,
  /** 0-based position in the edit of the clip that the task begins in; absent: the edit has one clip. */
  clipIndex: z.number().int().nonnegative().optional(),
  /** Bytes this task reads or copies: the unit of progress. */
  workBytes: z.number().int().nonnegative(),
};

/** The part numbers a task may write: attempts of work that is not deterministic use disjoint slots of them. */
export const partBlock = z.object({
  firstPartNumber: z.number().int().min(1).max(10_000),
  partCount: z.number().int().min(1).max(10_000),
});
export type PartBlock = z.infer<typeof partBlock>;

export const tsPart = z.object({
  partNumber: z.number().int().min(1).max(10_000),
  /**
   * `store-copy`: copied inside the store: one piece, or consecutive byte ranges of one object, which {@link copySourceOf}
   * joins. `stream`: pieces read and written as one part by the worker.
   */
  method: z.enum(['store-copy', 'stream']),
  pieces: z.array(piece).min(1),
});
export type TsPart = z.infer<typeof tsPart>;

/** What a `store-copy` part copies: an object, or one byte range of it. */
export const copySourceOf = ({ pieces }: TsPart): { key: string; byteRange?: [number, number] } => {
  const [first] = pieces;
  if (first.byteRange === undefined) return { key: first.key };
  return { key: first.key, byteRange: [first.byteRange[0], pieces.at(-1)!.byteRange![1]] };
};

/** Consecutive parts of a ts output. `trimStart` applies to the first piece of the first part, `trimEnd` to the clip's last one. */
export const tsPartsTask = z.object({
  kind: z.literal('ts-parts'),
  ...base,
  ...edges,
  furtherClips: z.array(furtherClip.extend({ tail: z.array(piece).optional() })).optional(),
  cutMode,
  parts: z.array(tsPart).min(1),
  /**
   * For stores that want parts of one size, for `clean`, and for encoded edges of several clips. Present: `parts` is one part
   * of all pieces, whose bytes the worker cuts into parts of this size, numbered from 1; with encoded edges, from the first
   * number of the delivery's slot of {@link TS_STREAM_BLOCK}.
   */
  equalPartBytes: z.number().int().positive().optional(),
  /** Continuity counters and clock go on over all pieces: a new run is put behind the one before. */
  clean: z.literal(true).optional(),
  /**
   * The pictures at the edges that the cut would leave without what they need are encoded anew. A part with an edge may have
   * the number of the delivery's slot: {@link TS_EDGE_SLOTS} numbers from its own on.
   */
  encodesEdges: z.boolean().optional(),
  /** Each clip is a segment of a playlist: the report tells where it lies, and how long it is shown. */
  listsSegments: z.literal(true).optional(),
  /**
   * Pieces after the clip's, where that is cut: they have the end of its last picture and of its sound. With encoded edges one,
   * which says whether the pictures before it can be encoded alone.
   */
  tail: z.array(piece).optional(),
});

/** Part numbers that belong to a part with an encoded edge: one for each of the slots that attempts have. */
export const TS_EDGE_SLOTS = 8;

/** Part numbers of a ts that is written as one stream: all that there are. */
export const TS_STREAM_BLOCK: PartBlock = { firstPartNumber: 1, partCount: 10_000 };

/** What completes a range that begins and ends anywhere in the stream. */
const openEnds = {
  /** Pieces after the range, read only to complete the PES and audio frames that start inside it. */
  tail: z.array(piece),
  /** The run goes on behind the tail: what the tail does not complete is torn. */
  tailGoesOn: z.literal(true).optional(),
  /** PAT and PMT packets (base64), for ranges that begin without. */
  programBase64: z.string().optional(),
};

/** A segment range to be remuxed to mp4/mov payload. */
export const remuxRangeTask = z.object({
  kind: z.literal('remux-range'),
  ...base,
  ...edges,
  container: container.extract(['mp4', 'mov']),
  cutMode,
  pieces: z.array(piece).min(1),
  ...openEnds,
  furtherClips: z.array(furtherClip.extend(openEnds)).optional(),
  /** 0-based position of the range in the output. */
  rangeIndex: z.number().int().nonnegative(),
  rangeCount: z.number().int().positive(),
  partBlock,
  /** Pictures that the cut would hide are not kept: the few others that need them are encoded anew. */
  encodesEdges: z.boolean().optional(),
});

/**
 * Where the bytes of a task lie in the payload of an mp4 or mov. `only`: it is all of it, and the task writes the header, too.
 * `first`: its first bytes wait beside the output for the header. All but `last` fill up their last part.
 */
export const payloadPlace = z.enum(['only', 'first', 'inner', 'last']);
export type PayloadPlace = z.infer<typeof payloadPlace>;

const encodedBase = {
  ...base,
  ...edges,
  container: container.extract(['mp4', 'mov']),
  cutMode,
  pieces: z.array(piece).min(1),
  ...openEnds,
  place: payloadPlace,
  partBlock,
};

/**
 * A segment range whose pictures are encoded: those presented from the start of its first piece (or the cut in it) to the start
 * of the piece after the last (or the cut in the last). Neighbours read that piece, too, and so agree.
 */
export const encodeRangeTask = z.object({
  kind: z.literal('encode-range'),
  ...encodedBase,
  video: videoEncoding,
  /** true: the range's AAC frames lie among its pictures, as they are. false: an `encode-audio` has the sound, or there is none. */
  copiesAudio: z.boolean(),
  /** 0-based position of the range in the output. */
  rangeIndex: z.number().int().nonnegative(),
  rangeCount: z.number().int().positive(),
  gridStart: gridStart.optional(),
});

/** The sound of the whole output, encoded. */
export const encodeAudioTask = z.object({ kind: z.literal('encode-audio'), ...encodedBase, audio: audioEncoding });

/** One ffmpeg over the pieces as a local playlist. */
export const renderTask = z.object({
  kind: z.literal('render'),
  ...base,
  ...edges,
  furtherClips: z.array(furtherClip).optional(),
  container: container.extract(['ts', 'mp4', 'mov']),
  cutMode,
  codec: codecPolicy,
  /** What `codec` comes to when it is `transcode`. */
  encoding: encoding.optional(),
  pieces: z.array(piece).min(1),
  partBlock,
});

/** One still of the frame shown at `trimStart` of the first piece. */
export const pictureTask = z.object({
  kind: z.literal('picture'),
  ...base,
  ...edges,
  pieces: z.array(piece).min(1),
  /** The only piece is a media file of any container, and `trimStart` counts from its start. It is read by ranges. */
  wholeFile: z.literal(true).optional(),
  imageSize: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }).optional(),
  /** Absent: jpg. */
  imageFormat: imageFormat.optional(),
  partBlock,
});

/** Pieces that are read for some tiles of a storyboard. */
export const storyboardShot = z.object({
  /**
   * `frame`: each tile is the picture on the screen at its instant; the pieces are decoded. `keyframe`: one tile, the first
   * keyframe of the pieces, which are read no further than that.
   */
  mode: z.enum(['frame', 'keyframe']),
  /** Read for the keyframe before the first tile. */
  lead: z.array(piece),
  pieces: z.array(piece).min(1),
  tiles: z
    .array(
      z.object({
        /** 0-based position in the sheet, row by row. */
        tileIndex: z.number().int().nonnegative(),
        /** The instant lies so far behind the presentation start of `pieces[pieceIndex]`. */
        pieceIndex: z.number().int().nonnegative(),
        offsetTicks: z.number().int().nonnegative(),
      }),
    )
    .min(1),
});
export type StoryboardShot = z.infer<typeof storyboardShot>;

/** One sheet of small pictures over a range. Tile i stands for `[i, i + 1) · intervalTicks` of the clip's time. */
export const storyboardTask = z.object({
  kind: z.literal('storyboard'),
  ...base,
  columns: z.number().int().positive(),
  tileWidth: z.number().int().positive(),
  tileCount: z.number().int().positive(),
  intervalTicks: z.number().int().positive(),
  /** Of the clip: where the last tile ends. */
  durationTicks: z.number().int().positive(),
  shots: z.array(storyboardShot).min(1),
  partBlock,
});

export const plannedTask = z.discriminatedUnion('kind', [
  tsPartsTask,
  remuxRangeTask,
  renderTask,
  pictureTask,
  encodeRangeTask,
  encodeAudioTask,
  storyboardTask,
]);
export type PlannedTask = z.infer<typeof plannedTask>;
export type TsPartsTask = z.infer<typeof tsPartsTask>;
export type RemuxRangeTask = z.infer<typeof remuxRangeTask>;
export type EncodeRangeTask = z.infer<typeof encodeRangeTask>;
export type EncodeAudioTask = z.infer<typeof encodeAudioTask>;
export type RenderTask = z.infer<typeof renderTask>;
export type PictureTask = z.infer<typeof pictureTask>;
export type StoryboardTask = z.infer<typeof storyboardTask>;
export const taskKind = z.enum(plannedTask.options.map(({ shape }) => shape.kind.value));
export type TaskKind = PlannedTask['kind'];
