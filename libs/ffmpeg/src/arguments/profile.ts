import { z } from 'zod';

/** How to encode. Chosen by name in a request; the names are configuration. */
export const transcodeProfile = z.object({
  videoCodec: z.enum(['h264', 'hevc']),
  preset: z.enum(['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow']),
  /** Constant rate factor: 0 (lossless) to 51. */
  crf: z.number().int().min(0).max(51),
  /** Cap of the video bit rate; absent: none. */
  maxBitrateBps: z.number().int().positive().optional(),
  /** Frames between keyframes at the most. */
  keyframeIntervalFrames: z.number().int().positive(),
  /** Height in pixels; the width follows, even. Absent: the source's. */
  heightPixels: z.number().int().positive().multipleOf(2).optional(),
  audioBitrateBps: z.number().int().positive(),
});
export type TranscodeProfile = z.infer<typeof transcodeProfile>;

export const DEFAULT_PROFILE_NAME = 'default';

export const builtInProfiles: Readonly<Record<string, TranscodeProfile>> = {
  [DEFAULT_PROFILE_NAME]: {
    videoCodec: 'h264',
    preset: 'veryfast',
    crf: 21,
    keyframeIntervalFrames: 60,
    audioBitrateBps: 128_000,
  },
};
