import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AudioCodec, AudioTrackOptions, RecordingOptions, RunOptions } from './recording-options.js';
import { runProgram } from './run-program.js';

export interface EncodedSegment {
  file: string;
  durationSeconds: number;
}

const LIST = 'encoded.m3u8';

/** Encodes one run with ffmpeg's test sources and cuts it into TS segments named `segment-NNNNN.ts` in `directory`. */
export const encodeRun = async (
  directory: string,
  run: RunOptions,
  cut: Pick<RecordingOptions, 'segmentSeconds' | 'cutAnywhere'>,
): Promise<void> => {
  const encode = [
    ...['-y', '-v', 'error', '-fflags', '+bitexact'],
    ...inputArguments(run),
    ...videoArguments(run),
    ...run.audio.flatMap(audioArguments),
    ...['-t', String(run.durationSeconds), '-flags', '+bitexact'],
    ...(run.unevenFrames || run.pictureHole ? ['-vsync', 'passthrough'] : []),
    ...(run.ptsOffsetSeconds === 0 ? [] : ['-output_ts_offset', String(run.ptsOffsetSeconds)]),
  ];
  const has = (codec: AudioCodec): boolean => run.audio.some((track) => track.codec === codec);
  // the hls muxer has MPEG-4 encoded without its headers, and writes LATM under the stream type of ADTS
  if (!has('aac-latm') && run.videoCodec !== 'mpeg4') {
    const latm = has('latm-as-adts') ? ['-hls_ts_options', 'mpegts_flags=latm'] : [];
    await runProgram('ffmpeg', [...encode, ...latm, ...hlsArguments(directory, cut)]);
    return;
  }
  const whole = path.join(directory, 'whole.ts.tmp');
  const latm = has('aac-latm') ? ['-mpegts_flags', 'latm'] : [];
  await runProgram('ffmpeg', [...encode, ...latm, '-f', 'mpegts', whole]);
  await runProgram('ffmpeg', ['-v', 'error', '-i', whole, '-map', '0', '-c', 'copy', ...hlsArguments(directory, cut)]);
  await rm(whole);
};

const hlsArguments = (directory: string, cut: Pick<RecordingOptions, 'segmentSeconds' | 'cutAnywhere'>): string[] => [
  ...['-f', 'hls', '-hls_time', String(cut.segmentSeconds), '-hls_list_size', '0', '-hls_playlist_type', 'vod'],
  ...(cut.cutAnywhere ? ['-hls_flags', 'split_by_time'] : []),
  ...['-hls_segment_filename', path.join(directory, 'segment-%05d.ts'), path.join(directory, LIST)],
];

const inputArguments = (run: RunOptions): string[] => {
  const { widthPixels, heightPixels, frameRate, videoCodec, noise, interlaced, unevenFrames, pictureHole, audio } = run;
  const rate = interlaced ? 2 * Number(frameRate) : frameRate;
  const even = `testsrc2=size=${widthPixels}x${heightPixels}:rate=${rate}`;
  const pattern = unevenFrames ? `${even},select=lt(mod(n\\,10)\\,6)` : even;
  const holed = pictureHole ? `${pattern},select=not(gte(t\\,${pictureHole[0]})*lt(t\\,${pictureHole[1]}))` : pattern;
  const woven = interlaced ? `${holed},tinterlace=interleave_top,setfield=tff` : holed;
  const video = noise ? `${woven},noise=all_seed=1:alls=80:allf=t` : woven;
  const tones = audio.map(
    ({ toneHz, sampleRateHz }, index) =>
      `sine=frequency=${toneHz ?? 440 * (index + 1)}:sample_rate=${sampleRateHz ?? 48_000}`,
  );
  const sources = videoCodec === 'none' ? tones : [video, ...tones];
  return [
    ...sources.flatMap((source) => ['-f', 'lavfi', '-i', source]),
    ...sources.flatMap((_, index) => ['-map', String(index)]),
  ];
};

const videoArguments = (run: RunOptions): string[] => {
  const [numerator, denominator = 1] = run.frameRate.split('/').map(Number);
  const gopFrames = Math.max(1, Math.round((run.gopSeconds * numerator) / denominator));
  return videoEncoder[run.videoCodec](run, gopFrames);
};

const videoEncoder: Record<RunOptions['videoCodec'], (run: RunOptions, gopFrames: number) => string[]> = {
  h264: ({ bFrames, openGop, parameterSetsOnce, interlaced }, gopFrames) => [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-threads', '2', '-pix_fmt', 'yuv420p'],
    ...['-g', String(gopFrames), '-bf', String(bFrames), '-sc_threshold', '0', '-x264-params'],
    `keyint=${gopFrames}:min-keyint=${gopFrames}:open-gop=${openGop ? 1 : 0}${interlaced ? ':tff=1' : ''}`,
    // x264 repeats them at IDR pictures alone
    ...(openGop && !parameterSetsOnce ? ['-flags:v', '+global_header', '-bsf:v', 'dump_extra=freq=keyframe'] : []),
  ],
  hevc: ({ bFrames, openGop, hdr }, gopFrames) => [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', hdr ? 'yuv420p10le' : 'yuv420p'],
    ...(hdr ? ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'] : []),
    ...['-g', String(gopFrames), '-x265-params'],
    `keyint=${gopFrames}:min-keyint=${gopFrames}:scenecut=0:bframes=${bFrames}:open-gop=${openGop ? 1 : 0}:log-level=none`,
  ],
  mpeg2: ({ bFrames, openGop }, gopFrames) => [
    ...['-c:v', 'mpeg2video', '-q:v', '5', '-pix_fmt', 'yuv420p', '-g', String(gopFrames), '-bf', String(bFrames)],
    ...['-sc_threshold', '1000000000', '-flags:v', openGop ? '-cgop' : '+cgop'],
  ],
  mpeg4: ({ bFrames }, gopFrames) => [
    ...['-c:v', 'mpeg4', '-q:v', '5', '-pix_fmt', 'yuv420p', '-g', String(gopFrames), '-bf', String(bFrames)],
    ...['-sc_threshold', '1000000000'],
  ],
  none: () => [],
};

/** All others are AAC. ffmpeg calls its encoder of DTS an experiment. */
const AUDIO_ENCODERS: Partial<Record<AudioCodec, readonly string[]>> = {
  ...{ ac3: ['ac3'], eac3: ['eac3'], mp2: ['mp2'], opus: ['libopus'], dts: ['dca', '-strict', '-2'] },
};

const audioArguments = ({ codec = 'aac', language }: AudioTrackOptions, index: number): string[] => [
  ...[`-c:a:${index}`, ...(AUDIO_ENCODERS[codec] ?? ['aac'])],
  ...[`-b:a:${index}`, codec === 'dts' ? '768k' : AUDIO_ENCODERS[codec] ? '192k' : '96k'],
  ...(codec === 'aac-quad' ? [`-filter:a:${index}`, 'pan=quad|c0=c0|c1=c0|c2=c0|c3=c0'] : []),
  ...(language ? [`-metadata:s:a:${index}`, `language=${language}`] : []),
];

/** What `encodeRun` has left in a directory. */
export const listEncoded = async (directory: string): Promise<EncodedSegment[]> => {
  const text = await readFile(path.join(directory, LIST), 'utf8');
  return [...text.matchAll(/#EXTINF:([0-9.]+),[^\n]*\n([^\n#]+)/g)].map(([, duration, file]) => ({
    file: path.basename(file),
    durationSeconds: Number(duration),
  }));
};
