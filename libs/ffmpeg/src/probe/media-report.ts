import type { MediaReport, ProbedStreamReport } from '@clipfleet/contracts';
import { z } from 'zod';

const text = z.string().optional();
const tags = z.record(z.string(), z.string()).default({});
const rotation = z.object({ rotation: z.number().optional() });
const packet = z.object({ side_data_list: z.array(z.object({ side_data_type: text })).default([]) });

/** As much of ffprobe's JSON as we tell; numbers are texts there, and `N/A` stands for those it does not know. */
const ffprobeOutput = z.object({
  format: z.object({ format_name: z.string(), format_long_name: text, duration: text, bit_rate: text }),
  packets: z.array(packet).default([]),
  streams: z.array(
    z.object({
      ...{
        index: z.number(),
        codec_type: text,
        codec_name: text,
        codec_long_name: text,
        duration: text,
        bit_rate: text,
      },
      ...{ width: z.number().optional(), height: z.number().optional(), avg_frame_rate: text, r_frame_rate: text },
      ...{ channels: z.number().optional(), sample_rate: text, tags, side_data_list: z.array(rotation).default([]) },
      disposition: z.object({ attached_pic: z.number().optional() }).default({}),
    }),
  ),
});
type FfprobeStream = z.infer<typeof ffprobeOutput>['streams'][number];

/** ffprobe's JSON as a report. Throws when it is not ffprobe's. */
export const mediaReportOf = (output: unknown): MediaReport => {
  const { format, streams, packets } = ffprobeOutput.parse(output);
  return {
    format: format.format_name,
    formatName: format.format_long_name ?? format.format_name,
    ...optional('durationUs', microseconds(format.duration)),
    ...optional('bitrateBps', whole(format.bit_rate)),
    ...(packets.some(isEncrypted) && { encrypted: true as const }),
    streams: streams.map(streamReport),
  };
};

const isEncrypted = ({ side_data_list }: z.infer<typeof packet>): boolean =>
  side_data_list.some(({ side_data_type }) => side_data_type === 'Encryption info');

const streamReport = (stream: FfprobeStream): ProbedStreamReport => {
  const type = stream.codec_type ?? 'data';
  return {
    index: stream.index,
    type,
    codec: stream.codec_name ?? 'unknown',
    codecName: stream.codec_long_name ?? 'unknown',
    ...optional('durationUs', microseconds(stream.duration)),
    ...optional('bitrateBps', whole(stream.bit_rate)),
    metadata: { ...stream.tags, ...rotationTag(stream) },
    ...(type === 'video' && {
      video: {
        ...{ width: stream.width ?? 0, height: stream.height ?? 0, ...optional('frameRate', frameRateOf(stream)) },
        ...(stream.disposition.attached_pic === 1 && { attached: true as const }),
      },
    }),
    ...(type === 'audio' && {
      audio: { channelCount: stream.channels ?? 0, sampleRateHz: whole(stream.sample_rate) ?? 0 },
    }),
  };
};

/** Clockwise, as the tag that older programs wrote; ffprobe counts the other way round. */
const rotationTag = ({ side_data_list }: FfprobeStream): Record<string, string> => {
  const degrees = side_data_list.find((side) => side.rotation !== undefined)?.rotation;
  return degrees ? { rotate: String((360 - degrees) % 360) } : {};
};

/** To a thousandth: 29.97. */
const frameRateOf = ({ avg_frame_rate, r_frame_rate }: FfprobeStream): number | undefined =>
  [avg_frame_rate, r_frame_rate].map(ratio).find((rate) => rate !== undefined);

const ratio = (given: string | undefined): number | undefined => {
  const [numerator, denominator] = (given ?? '').split('/').map(Number);
  const rate = Math.round((numerator / denominator) * 1000) / 1000;
  return Number.isFinite(rate) && rate > 0 ? rate : undefined;
};

const microseconds = (seconds: string | undefined): number | undefined => whole(seconds, 1e6);

const whole = (given: string | undefined, factor = 1): number | undefined => {
  const value = Math.round(Number(given ?? Number.NaN) * factor);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
};

const optional = <K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, T>);
