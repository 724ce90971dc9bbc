import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cachedDirectory } from './cached-directory.js';
import { encodeRun, listEncoded } from './encode-run.js';
import { defaultRecording, type RecordingOptions, type RunOptions } from './recording-options.js';
import type { Recording, RecordingSegment } from './recording.js';
import { writeDash } from './write-dash.js';
import { writeHls } from './write-hls.js';

/** Changes when the generator makes something else of the same options. */
const GENERATOR_VERSION = 3;

/**
 * A recording as a real encoder and packager would leave it, made by ffmpeg once per set of options and machine. Do not
 * write into its directory: other tests share it.
 */
export const makeRecording = async (given: Partial<RecordingOptions> = {}): Promise<Recording> => {
  const options: RecordingOptions = { ...defaultRecording, ...given };
  const key = [GENERATOR_VERSION, { ...options, startMs: options.startMs ?? 'none' }];
  return load(await cachedDirectory(key, (directory) => generate(directory, options)));
};

/** JSON knows no undefined. */
type StoredRecording = Omit<Recording, 'directory' | 'playlistPath' | 'startMs'> & { startMs: number | null };

const load = (target: string): Recording => {
  const stored = JSON.parse(readFileSync(path.join(target, 'recording.json'), 'utf8')) as StoredRecording;
  const directory = path.join(target, 'media');
  return {
    ...stored,
    startMs: stored.startMs ?? undefined,
    directory,
    playlistPath: path.join(directory, stored.playlist),
  };
};

const generate = async (target: string, options: RecordingOptions): Promise<void> => {
  const directory = path.join(target, 'media');
  await mkdir(directory);
  const segments = await encodeRuns(directory, options);
  const durationSeconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
  const kept = segments.filter((_, index) => !options.droppedSegments.includes(index));
  const playlist = await (options.format === 'hls' ? writeHls : writeDash)(directory, kept, options);
  await removeUnlisted(directory, kept);
  const stored = { playlist, segments: kept, durationSeconds, startMs: options.startMs ?? null };
  await writeFile(path.join(target, 'recording.json'), JSON.stringify(stored));
};

const encodeRuns = async (directory: string, options: RecordingOptions): Promise<RecordingSegment[]> => {
  const runs: RunOptions[] = [options, ...options.laterRuns.map((changes) => ({ ...options, ...changes }))];
  const segments: RecordingSegment[] = [];
  let startSeconds = 0;
  for (const [run, runOptions] of runs.entries()) {
    // recordings that differ only in how they are packaged have the same encode, to the byte
    const encode = pickRun(runOptions);
    const cut = { segmentSeconds: options.segmentSeconds, cutAnywhere: options.cutAnywhere };
    const encoded = await cachedDirectory(['run', GENERATOR_VERSION, encode, cut], (at) => encodeRun(at, encode, cut));
    for (const { file, durationSeconds } of await listEncoded(encoded)) {
      const index = segments.length;
      const uri = runs.length === 1 ? file : `run${run}-${file}`;
      await copyFile(path.join(encoded, file), path.join(directory, uri));
      const isGap = options.gapSegments.includes(index);
      const isMissing = isGap || options.missingSegments.includes(index);
      segments.push({ uri, durationSeconds, startSeconds, run, isGap, isMissing });
      startSeconds += durationSeconds;
    }
  }
  return segments;
};

const pickRun = (options: RunOptions): RunOptions => ({
  durationSeconds: options.durationSeconds,
  widthPixels: options.widthPixels,
  heightPixels: options.heightPixels,
  frameRate: options.frameRate,
  videoCodec: options.videoCodec,
  bFrames: options.bFrames,
  openGop: options.openGop,
  parameterSetsOnce: options.parameterSetsOnce,
  noise: options.noise,
  interlaced: options.interlaced,
  gopSeconds: options.gopSeconds,
  audio: options.audio,
  ptsOffsetSeconds: options.ptsOffsetSeconds,
});

/** What the encoder wrote and the playlist does not have. */
const removeUnlisted = async (directory: string, segments: RecordingSegment[]): Promise<void> => {
  const listed = new Set(segments.filter((segment) => !segment.isMissing).map((segment) => segment.uri));
  for (const file of await readdir(directory)) {
    if (file.endsWith('.ts') && !listed.has(file)) await rm(path.join(directory, file));
  }
};
