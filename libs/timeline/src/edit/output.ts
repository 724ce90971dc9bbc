import { z } from 'zod';
import { objectRef } from './edit.js';
import { audioEncoding, videoEncoding } from './encoding.js';

export const container = z.enum([
  'ts',
  'mp4',
  'mov',
  'image',
  'storyboard',
  'playlist',
  'playlist-json',
  'playlist-jwe',
]);
export type Container = z.infer<typeof container>;
/** It lists segments, and has no media of its own. */
export const isPlaylist = (of: Container): boolean => of.startsWith('playlist');

/** How close the ends of the output are to the request. */
export const cutMode = z.enum(['segment', 'keyframe', 'exact']);
export type CutMode = z.infer<typeof cutMode>;

/**
 * What stands for the pictures outside the cut that others inside it need. `edit-list`: they stay in the file, hidden; some
 * players show them. `reencode`: they are left out, and the few that need them are encoded anew.
 */
export const exactCut = z.object({ by: z.enum(['edit-list', 'reencode']) });
export type ExactCut = z.infer<typeof exactCut>;

/** How to encode: a profile by its name, or settings of one's own within the limits that are configured. */
export const transcodePolicy = z
  .strictObject({
    kind: z.literal('transcode'),
    profile: z.string().min(1).max(64).optional(),
    video: videoEncoding.optional(),
    /** Absent: that of the profile `default`. */
    audio: audioEncoding.optional(),
  })
  .refine(({ profile, video }) => (profile === undefined) !== (video === undefined), {
    error: 'needs either a profile or video',
  })
  .refine(({ profile, audio }) => profile === undefined || audio === undefined, {
    error: 'has a profile: its audio cannot be given',
    path: ['audio'],
  });
export type TranscodePolicy = z.infer<typeof transcodePolicy>;

export const codecPolicy = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('copy') }), transcodePolicy]);
export type CodecPolicy = z.infer<typeof codecPolicy>;

/** What is told back, verbatim, in the JSON of a playlist-json or playlist-jwe output. */
export const annotations = z.object({ project: z.string(), description: z.string() });
export type Annotations = z.infer<typeof annotations>;

/** Tiles of a storyboard: one every `intervalMs`, or `tileCount` of them; by default about a hundred, no closer than a second. */
export const storyboardOptions = z.object({
  columns: z.number().int().positive(),
  /** Pixels; the height follows from the picture's aspect ratio. */
  tileWidth: z.number().int().positive(),
  intervalMs: z.number().int().positive().optional(),
  tileCount: z.number().int().positive().optional(),
});
export type StoryboardOptions = z.infer<typeof storyboardOptions>;

export const imageFormat = z.enum(['jpg', 'png', 'webp']);
export type ImageFormat = z.infer<typeof imageFormat>;

export const output = z.object({
  container,
  cutMode,
  /** Only with cut mode `exact`. Absent: by edit list, where the container has one. */
  exact: exactCut.optional(),
  codec: codecPolicy,
  destination: objectRef,
  /** false: an object that is there already is never replaced. */
  overwrite: z.boolean(),
  /** false: every byte of a ts output goes through a worker (`not_fast_ts_extract`). */
  storeCopy: z.boolean(),
  /**
   * Only for `ts`. true: continuity counters and clock are rewritten so that they go on over segments and discontinuities. false:
   * the bytes of the segments stay as they are. Absent: rewritten where there is a discontinuity.
   */
  clean: z.boolean().optional(),
  /** `single-ffmpeg`: one worker, one ffmpeg over the whole playlist (`not_fast_tvu264`). */
  pipeline: z.enum(['auto', 'single-ffmpeg']),
  gapPolicy: z.enum(['fail', 'skip']),
  annotations,
  /** Only for `image`: the picture's size; by default the source's. */
  imageSize: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }).optional(),
  /** Only for `image`; absent: jpg. */
  imageFormat: imageFormat.optional(),
  /** Only for `storyboard`, and always there. */
  storyboard: storyboardOptions.optional(),
  /** How long it stays after its completion. Absent: as the fleet is configured. */
  expiresInMs: z.number().int().positive().optional(),
});
export type Output = z.infer<typeof output>;
