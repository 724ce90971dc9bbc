import { z } from 'zod';
import { type Encoding, encoderPresets, frameRateOf } from './encoding.js';

/** What a request may ask of an encoder. Profiles are the operator's own and stand above it. */
export const encodingLimits = z.strictObject({
  videoCodecs: z.array(z.enum(['h264', 'hevc'])),
  maxWidthPixels: z.number().int().positive(),
  maxHeightPixels: z.number().int().positive(),
  maxFramesPerSecond: z.number().positive(),
  /** Of the rate asked for, and of its cap. */
  maxVideoBitrateBps: z.number().int().positive(),
  /** Least crf: the smaller, the larger the output. */
  minCrf: z.number().int().min(0).max(51),
  slowestPreset: z.enum(encoderPresets),
  maxAudioBitrateBps: z.number().int().positive(),
});
export type EncodingLimits = z.infer<typeof encodingLimits>;

export const DEFAULT_ENCODING_LIMITS: EncodingLimits = {
  videoCodecs: ['h264', 'hevc'],
  maxWidthPixels: 3840,
  maxHeightPixels: 2160,
  maxFramesPerSecond: 60,
  maxVideoBitrateBps: 40_000_000,
  minCrf: 14,
  slowestPreset: 'medium',
  maxAudioBitrateBps: 512_000,
};

export interface EncodingProblem {
  /** Inside the codec policy: `video.rate.crf`. */
  field: string;
  message: string;
}

/** What of an encoding goes beyond the limits; empty: nothing. */
export const encodingProblems = ({ video, audio }: Encoding, limits: EncodingLimits): EncodingProblem[] => {
  const problems: EncodingProblem[] = [];
  const atMost = (field: string, value: number | undefined, most: number): void => {
    if (value !== undefined && value > most)
      problems.push({ field, message: `is ${value}; at most ${most} is allowed` });
  };
  const { codec, preset, rate, frameRate } = video;
  if (!limits.videoCodecs.includes(codec)) {
    problems.push({ field: 'video.codec', message: `is ${codec}; allowed are ${limits.videoCodecs.join(', ')}` });
  }
  if (encoderPresets.indexOf(preset) > encoderPresets.indexOf(limits.slowestPreset)) {
    problems.push({ field: 'video.preset', message: `is ${preset}; the slowest allowed is ${limits.slowestPreset}` });
  }
  if (rate.kind === 'quality' && rate.crf < limits.minCrf) {
    problems.push({ field: 'video.rate.crf', message: `is ${rate.crf}; at least ${limits.minCrf} is allowed` });
  }
  if (rate.kind === 'bitrate') atMost('video.rate.bitrateBps', rate.bitrateBps, limits.maxVideoBitrateBps);
  atMost('video.rate.maxBitrateBps', rate.maxBitrateBps, limits.maxVideoBitrateBps);
  atMost('video.widthPixels', video.widthPixels, limits.maxWidthPixels);
  atMost('video.heightPixels', video.heightPixels, limits.maxHeightPixels);
  if (frameRate !== undefined) {
    const { numerator, denominator } = frameRateOf(frameRate);
    atMost('video.frameRate', numerator / denominator, limits.maxFramesPerSecond);
  }
  atMost('audio.bitrateBps', audio.bitrateBps, limits.maxAudioBitrateBps);
  return problems;
};
