import { z } from 'zod';
import type { MediaReport, ProbedStreamReport } from '../../messages/probe.js';

const seconds = z
  .number()
  .nonnegative()
  .nullable()
  .meta({ description: 'Seconds; null where the file does not tell.' });
const bitrate = z
  .int()
  .nonnegative()
  .nullable()
  .meta({ description: 'Bits a second; null where the file does not tell.' });

export const audioVideoMetaStream = z.object({
  index: z.int().nonnegative(),
  type: z.string().meta({ description: '`video` or `audio`; also `subtitle`, `data`.' }),
  codec: z.string(),
  codec_desc: z.string(),
  duration: seconds,
  bitrate,
  metadata: z.record(z.string(), z.string()),
  video_fps: z.number().nonnegative().nullable().optional(),
  video_width: z.int().nonnegative().optional(),
  video_height: z.int().nonnegative().optional(),
  audio_channels: z.int().nonnegative().optional(),
  audio_samplerate: z.int().nonnegative().optional(),
});

/** Answer of `audio-video-meta`, in the words of the file API. */
export const audioVideoMeta = z.object({
  format: z.object({
    format: z.string(),
    fullname: z.string(),
    filesize: z.int().nonnegative(),
    duration: seconds,
    bitrate,
  }),
  streams: z.array(audioVideoMetaStream),
});
export type AudioVideoMeta = z.infer<typeof audioVideoMeta>;

export const audioVideoMetaAnswer = (media: MediaReport, sizeBytes: number): AudioVideoMeta => ({
  format: {
    format: media.format,
    fullname: media.formatName,
    filesize: sizeBytes,
    duration: toSeconds(media.durationUs),
    bitrate: media.bitrateBps ?? null,
  },
  streams: media.streams.map((stream) => streamAnswer(stream, media.durationUs)),
});

/** Containers that give no stream a length of its own give all of them the file's. */
const streamAnswer = (
  stream: ProbedStreamReport,
  fileDurationUs: number | undefined,
): AudioVideoMeta['streams'][number] => {
  const { index, type, codec, codecName, durationUs = fileDurationUs, bitrateBps, metadata, video, audio } = stream;
  return {
    ...{ index, type, codec, codec_desc: codecName },
    ...{ duration: toSeconds(durationUs), bitrate: bitrateBps ?? null, metadata },
    ...(video && {
      ...{ video_fps: video.frameRate ?? null, video_width: video.width, video_height: video.height },
    }),
    ...(audio && { audio_channels: audio.channelCount, audio_samplerate: audio.sampleRateHz }),
  };
};

const toSeconds = (us: number | undefined): number | null => (us === undefined ? null : us / 1e6);
