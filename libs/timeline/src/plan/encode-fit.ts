import { type AudioEncoding, frameRateOf } from '../edit/encoding.js';
import type { EncodeJob } from './encode-ranges.js';
import type { ProbedStream, SegmentProbe } from './plan-input.js';

/** Video that workers can put into ranges by its pictures' times; all else goes through one ffmpeg as a whole. */
const TIMED_VIDEO = new Set(['h264', 'hevc', 'mpeg2video']);

/** Why pictures cannot be encoded in ranges; undefined: they can. `probes`: of the first piece of each run, in order. */
export const noRangesBecause = (probes: SegmentProbe[]): string | undefined => {
  if (probes.length === 0) return 'the streams were not recognised';
  for (const { streams } of probes) {
    if (streams.some(({ kind }) => kind === 'unknown')) return 'some streams were not recognised';
    const video = streams.find(({ kind }) => kind === 'video');
    if (video === undefined) return 'there is no video';
    if (!TIMED_VIDEO.has(video.codec)) return `video codec ${video.codec} is read by ffmpeg alone`;
  }
  return undefined;
};

/** Why another frame rate cannot be made in ranges; undefined: it can. */
export const noEvenRangesBecause = (frameRate: string | undefined): string | undefined => {
  if (frameRate === undefined) return undefined;
  const { numerator, denominator } = frameRateOf(frameRate);
  // a range's first frame may lie half a frame before its pictures, its first decoding time some frames before that
  return numerator < denominator ? 'fewer frames than one a second are made by one ffmpeg' : undefined;
};

const audioOf = (probes: SegmentProbe[]): ProbedStream[] =>
  probes.flatMap(({ streams }) => streams.filter(({ kind }) => kind === 'audio'));

const varies = (streams: ProbedStream[], field: 'sampleRateHz' | 'channelCount'): boolean =>
  new Set(streams.map((stream) => stream[field])).size > 1;

/** AAC that stays the same all along is copied, if that is wanted. */
export const soundOf = (probes: SegmentProbe[], audio: AudioEncoding): EncodeJob['sound'] => {
  const streams = audioOf(probes);
  if (streams.length === 0) return 'none';
  const isAac = streams.every(({ codec }) => codec === 'aac');
  const isSame = !varies(streams, 'sampleRateHz') && !varies(streams, 'channelCount');
  return audio.whenAac === 'copy' && isAac && isSame ? 'copy' : 'encode';
};

/** One track has one format: where the source's changes, that of the first. */
export const steadyAudio = (probes: SegmentProbe[], audio: AudioEncoding): AudioEncoding => {
  const streams = audioOf(probes);
  const [first] = streams;
  const rates = [32_000, 44_100, 48_000] as const;
  const sampleRateHz = rates.find((rate) => rate === first?.sampleRateHz) ?? 48_000;
  return {
    ...audio,
    ...(audio.sampleRateHz === undefined && varies(streams, 'sampleRateHz') && { sampleRateHz }),
    ...(audio.channelCount === undefined &&
      varies(streams, 'channelCount') && { channelCount: first.channelCount ?? 2 }),
  };
};
