import { z } from 'zod';

/**
 * One elementary stream of a segment. Codec names as libs/mpegts and ffmpeg have them. `other` is known to be neither video nor
 * audio; `unknown` may be either.
 */
export const probedStream = z.object({
  kind: z.enum(['video', 'audio', 'other', 'unknown']),
  codec: z.string(),
  sampleRateHz: z.number().int().optional(),
  channelCount: z.number().int().optional(),
});
export type ProbedStream = z.infer<typeof probedStream>;

/** What the first bytes of a segment tell. */
export const segmentProbe = z.object({
  /** Its first picture can be decoded without those before it. True without video. */
  startsWithKeyframe: z.boolean(),
  /** In PMT order. */
  streams: z.array(probedStream),
  /** PAT and PMT packets (base64), for ranges of the same run that begin without. */
  programBase64: z.string().optional(),
});
export type SegmentProbe = z.infer<typeof segmentProbe>;
