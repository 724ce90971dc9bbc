import { z } from 'zod';

/** Slower ones give smaller files of the same quality. */
export const encoderPresets = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow'] as const;

const evenPixels = z.number().int().min(16).max(8192).multipleOf(2);
const bitrateBps = z.number().int().min(8_000).max(400_000_000);

/** `quality`: constant, as many bits as it takes, up to a cap. `bitrate`: so many bits on average. */
export const videoRate = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('quality'),
    /** Constant rate factor: 0 (lossless) to 51. */
    crf: z.number().int().min(0).max(51),
    /** Cap of the bit rate over any two seconds or so; absent: none. */
    maxBitrateBps: bitrateBps.optional(),
  }),
  z.strictObject({ kind: z.literal('bitrate'), bitrateBps, maxBitrateBps: bitrateBps.optional() }),
]);
export type VideoRate = z.infer<typeof videoRate>;

/** How pictures are encoded. What is absent stays as it is in the source. */
export const videoEncoding = z.strictObject({
  codec: z.enum(['h264', 'hevc']),
  preset: z.enum(encoderPresets),
  rate: videoRate,
  /** Frames from keyframe to keyframe. */
  keyframeIntervalFrames: z.number().int().min(1).max(1_000),
  /** One of both: the other follows, even. */
  widthPixels: evenPixels.optional(),
  heightPixels: evenPixels.optional(),
  /** Frames a second, as `25` or `30000/1001`. Absent: the source's own times, frame by frame. */
  frameRate: z
    .string()
    .regex(/^[1-9]\d{0,5}(\/[1-9]\d{0,4})?$/)
    .optional(),
});
export type VideoEncoding = z.infer<typeof videoEncoding>;

/** How sound is encoded: AAC. */
export const audioEncoding = z.strictObject({
  /** What is done with AAC: `copy` keeps every packet as it is; all else is encoded. */
  whenAac: z.enum(['copy', 'encode']),
  bitrateBps: z.number().int().min(8_000).max(1_024_000),
  /** Absent: the source's, or the first where it changes. */
  sampleRateHz: z.union([z.literal(32_000), z.literal(44_100), z.literal(48_000)]).optional(),
  channelCount: z.number().int().min(1).max(8).optional(),
});
export type AudioEncoding = z.infer<typeof audioEncoding>;

/** A profile: everything an encode needs to know. */
export const encoding = z.strictObject({ video: videoEncoding, audio: audioEncoding });
export type Encoding = z.infer<typeof encoding>;

export const DEFAULT_PROFILE_NAME = 'default';

const DEFAULT_AUDIO: AudioEncoding = { whenAac: 'copy', bitrateBps: 128_000 };

const h264 = (crf: number, heightPixels?: number, maxBitrateBps?: number): Encoding => ({
  video: {
    codec: 'h264',
    preset: 'veryfast',
    rate: { kind: 'quality', crf, ...(maxBitrateBps !== undefined && { maxBitrateBps }) },
    keyframeIntervalFrames: 60,
    ...(heightPixels !== undefined && { heightPixels }),
  },
  audio: DEFAULT_AUDIO,
});

/** Profiles there are without configuration. `default` is also what is used when codecs do not fit a container. */
export const BUILT_IN_PROFILES: Readonly<Record<string, Encoding>> = {
  [DEFAULT_PROFILE_NAME]: h264(21),
  'h264-1080p': h264(21, 1080, 8_000_000),
  'h264-720p': h264(22, 720, 4_000_000),
  'h264-360p': h264(23, 360, 1_200_000),
  hevc: {
    video: {
      codec: 'hevc',
      preset: 'veryfast',
      rate: { kind: 'quality', crf: 24 },
      keyframeIntervalFrames: 60,
    },
    audio: DEFAULT_AUDIO,
  },
};

/** Frames a second as a fraction. */
export const frameRateOf = (text: string): { numerator: number; denominator: number } => {
  const [numerator, denominator = 1] = text.split('/').map(Number);
  return { numerator, denominator };
};
