import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encoderOptions, sizeFilter } from '@clipfleet/ffmpeg';
import { BUILT_IN_PROFILES } from '@clipfleet/timeline';
import { EXPORTS, RECORDINGS, type BenchStack } from '../stack/bench-stack.js';
import { runProgram } from './run-program.js';
import { uploadParts } from './upload-parts.js';

export interface FfmpegCopy {
  /** What {@link ffmpegInput} gave. */
  input: string;
  /** Absent: all of it. */
  range?: { startMs: number; durationMs: number };
  key: string;
}

const READ_BYTES = 1024 * 1024;
const URL_VALID_MS = 12 * 3_600_000;

/** What ffmpeg reads of the store: its own files where it is a directory, else a playlist of signed addresses. */
export const ffmpegInput = async (
  { fleet, store, stateDirectory }: BenchStack,
  playlistKey: string,
): Promise<string> => {
  const { config } = fleet.store;
  if (config.driver === 'file') return path.join(config.rootPath, RECORDINGS, playlistKey);
  const limitBytes = 16 * 1024 * 1024;
  const text = Buffer.from(await store.getBytes({ bucket: RECORDINGS, key: playlistKey }, { limitBytes })).toString();
  const folder = path.posix.dirname(playlistKey);
  const lines = text.split('\n').map(async (line) => {
    if (line === '' || line.startsWith('#')) return line;
    // a long recording repeats the segments of another folder
    const key = path.posix.join(folder, line);
    return store.signedUrl({ bucket: RECORDINGS, key }, { expiresInMs: URL_VALID_MS });
  });
  const file = path.join(stateDirectory, `${folder.replaceAll('/', '-')}.m3u8`);
  await writeFile(file, (await Promise.all(lines)).join('\n'));
  return file;
};

/** One ffmpeg over the playlist into a local file, then the file into the store: what one would do without a fleet. */
export const ffmpegCopy = (stack: BenchStack, { input, range, key }: FfmpegCopy): Promise<void> => {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const before = range ? ['-ss', seconds(range.startMs)] : [];
  const after = range ? ['-t', seconds(range.durationMs)] : [];
  return ffmpegToStore(stack, key, [...before, '-i', input, ...after, '-map', '0:v', '-map', '0:a', '-c', 'copy']);
};

/** The same with the settings that a transcode worker gives to its encoder: pictures by the profile, AAC as it is. */
export const ffmpegEncode = (
  stack: BenchStack,
  { input, key, profile }: { input: string; key: string; profile: string },
): Promise<void> => {
  const { video } = BUILT_IN_PROFILES[profile];
  const filter = sizeFilter(video);
  return ffmpegToStore(stack, key, [
    ...['-i', input, '-map', '0:v', '-map', '0:a', ...(filter ? ['-vf', filter] : [])],
    ...['-vsync', 'passthrough', ...encoderOptions(video), '-c:a', 'copy'],
  ]);
};

const ffmpegToStore = async (stack: BenchStack, key: string, args: readonly string[]): Promise<void> => {
  const output = path.join(stack.stateDirectory, 'baseline.mp4');
  try {
    await runProgram('ffmpeg', [
      ...['-y', '-v', 'error', '-protocol_whitelist', 'file,crypto,data,http,https,tcp,tls'],
      ...[...args, '-movflags', '+faststart', output],
    ]);
    const file = createReadStream(output, { highWaterMark: READ_BYTES });
    await uploadParts(stack.store, { bucket: EXPORTS, key }, file as AsyncIterable<Uint8Array>);
  } finally {
    await rm(output, { force: true });
  }
};
