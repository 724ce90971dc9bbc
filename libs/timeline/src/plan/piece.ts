import { z } from 'zod';

/** AES-128 of a segment (RFC 8216 §4.3.2.4). The key's bytes are never in a plan or message, only where they lie. */
export const segmentCipher = z.object({
  /** Object key of the 16 key bytes, in the source's bucket. */
  keyObjectKey: z.string(),
  ivHex: z.string().length(32),
});

/** One media segment of a recording, as a worker needs it. */
export const piece = z.object({
  /** 0-based index in the recording's timeline. */
  segmentIndex: z.number().int().nonnegative(),
  /** Object key in the source's bucket. */
  key: z.string(),
  /** EXT-X-BYTERANGE: `[startByte, endByte)` of the object; absent: the whole object. */
  byteRange: z.tuple([z.number().int().nonnegative(), z.number().int().positive()]).optional(),
  /** Bytes of the piece as stored (before decryption). */
  sizeBytes: z.number().int().nonnegative(),
  durationTicks: z.number().int().nonnegative(),
  /** Counts up at every discontinuity: pieces of one run share a continuous clock. */
  runIndex: z.number().int().nonnegative(),
  cipher: segmentCipher.optional(),
});
export type Piece = z.infer<typeof piece>;

/**
 * A cut inside a piece. `offsetTicks` counts from the presentation start of that piece: the PTS of its first video frame
 * when that is a keyframe, else the least PTS of its first video frames (audio if it has no video).
 */
export const edgeTrim = z.object({ offsetTicks: z.number().int().nonnegative() });
export type EdgeTrim = z.infer<typeof edgeTrim>;
