import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const makeScratch = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'clipfleet-mpegts-'));
export const removeScratch = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true });

/** Runs ffmpeg; returns what it complains of. */
export const ffmpeg = async (...args: string[]): Promise<string> =>
  (await execute('ffmpeg', ['-y', '-v', 'error', ...args], { maxBuffer: 1 << 28 })).stderr;

const X264 = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-bf',
  '3',
  '-b_strategy',
  '0',
  '-g',
  '30',
  '-sc_threshold',
  '0',
];
const AAC = ['-c:a', 'aac', '-b:a', '64k'];

/** Encoder arguments by the name of the recording. */
export const RECIPES = {
  'h264, aac': [...X264, ...AAC],
  'h264 of open GOPs, ac3': [...X264, '-x264-params', 'open-gop=1', '-c:a', 'ac3'],
  'interlaced h264 in slices, two aac tracks': [
    ...[...X264, '-x264-params', 'interlaced=1:slices=4', ...AAC],
    ...['-map', '0', '-map', '1', '-map', '1', '-ar:a:1', '44100'],
  ],
  'h264 over the wrap of the clock, aac': [...X264, ...AAC, '-output_ts_offset', '95441.5'],
  'hevc of open GOPs, eac3': [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-c:a', 'eac3', '-x265-params'],
    'keyint=30:min-keyint=30:scenecut=0:bframes=3:open-gop=1:log-level=none',
  ],
  'mpeg2video, mp2': ['-c:v', 'mpeg2video', '-bf', '2', '-g', '15', '-q:v', '6', '-c:a', 'mp2'],
  'interlaced mpeg2video, mp3': [
    ...['-c:v', 'mpeg2video', '-flags:v', '+ildct+ilme', '-bf', '2', '-g', '15', '-q:v', '6'],
    ...['-c:a', 'libmp3lame', '-ar', '44100'],
  ],
} as const;
export type Recipe = keyof typeof RECIPES;

/** Four seconds of test picture and tone, made once in a directory; returns the path. */
export const makeTs = async (directory: string, recipe: Recipe): Promise<string> => {
  const file = path.join(directory, `${recipe.replaceAll(/\W/g, '-')}.ts`);
  if (existsSync(file)) return file;
  const sources = ['testsrc2=size=320x192:rate=30', 'sine=frequency=440:sample_rate=48000'];
  const inputs = sources.flatMap((source) => ['-f', 'lavfi', '-i', source]);
  await ffmpeg(...inputs, '-t', '4', '-pix_fmt', 'yuv420p', ...RECIPES[recipe], '-f', 'mpegts', file);
  return file;
};

/** Cuts into four segments of about a second, at keyframes, without changing a time; returns their bytes. */
export const makeSegments = async (file: string): Promise<Uint8Array[]> => {
  const directory = `${file}.segments`;
  const cut = ['-f', 'hls', '-hls_time', '0.9', '-hls_list_size', '0', '-hls_segment_filename'];
  await mkdir(directory, { recursive: true });
  const outputs = [path.join(directory, '%03d.ts'), path.join(directory, 'p.m3u8')];
  await ffmpeg('-i', file, '-map', '0', '-c', 'copy', '-copyts', '-muxdelay', '0', ...cut, ...outputs);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.ts')).toSorted();
  // What is left over at the end may be as short as a frame.
  return Promise.all(names.slice(0, 4).map((name) => readFile(path.join(directory, name))));
};

export interface ProbedPacket {
  stream_index: number;
  pts: number;
  dts: number;
  flags: string;
  data_hash: string;
}

/** Packets by stream, as ffprobe sees them. */
export const probePackets = async (file: string): Promise<ProbedPacket[][]> => {
  const entries = 'packet=stream_index,pts,dts,flags,data_hash';
  const args = [
    '-v',
    'error',
    '-show_packets',
    '-show_data_hash',
    'sha256',
    '-show_entries',
    entries,
    '-of',
    'json',
    file,
  ];
  const { stdout } = await execute('ffprobe', args, { maxBuffer: 1 << 28 });
  const streams: ProbedPacket[][] = [];
  for (const packet of (JSON.parse(stdout) as { packets: ProbedPacket[] }).packets) {
    (streams[packet.stream_index] ??= []).push(packet);
  }
  return streams;
};

/** Presentation times of the decoded video frames, and what the decoder complains of. */
export const decode = async (file: string): Promise<{ ptsTicks: number[]; complaints: string }> => {
  const complaints = await ffmpeg('-v', 'warning', '-copyts', '-i', file, '-map', '0', '-f', 'null', '-');
  const args = ['-v', 'quiet', '-select_streams', 'v:0', '-show_entries', 'frame=pts', '-of', 'csv=p=0', file];
  const { stdout } = await execute('ffprobe', args, { maxBuffer: 1 << 28 });
  const ptsTicks = stdout.split('\n').map((line) => Number.parseInt(line, 10));
  return { ptsTicks: ptsTicks.filter((ticks) => !Number.isNaN(ticks)), complaints };
};
