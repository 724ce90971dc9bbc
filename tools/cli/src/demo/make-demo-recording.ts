import { logPathOf } from '@clipfleet/local-stack';
import type { ObjectStore } from '@clipfleet/object-store';
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { clearProgress, showProgress } from '../terminal.js';
import { demo, demoArguments, withProgramDateTimes } from './demo-recording.js';
import { findFont } from './find-font.js';

/** The playlist is uploaded last: it is there only if the whole recording is. */
export const hasDemoRecording = async (store: ObjectStore): Promise<boolean> =>
  (await store.head({ bucket: demo.bucket, key: demo.key })) !== undefined;

/** Encodes the demo recording into `<state>/demo` and uploads it segment by segment. */
export const makeDemoRecording = async (store: ObjectStore, stateDirectory: string): Promise<void> => {
  const directory = path.join(stateDirectory, 'demo');
  await rm(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  try {
    await encode(directory, stateDirectory);
    await upload(store, directory);
  } finally {
    clearProgress();
    await rm(directory, { recursive: true, force: true });
  }
};

const encode = (directory: string, stateDirectory: string): Promise<void> => {
  const files = {
    segmentPattern: path.join(directory, 'segment-%05d.ts'),
    playlist: path.join(directory, 'index.m3u8'),
  };
  const logPath = logPathOf(stateDirectory, 'demo-recording');
  mkdirSync(path.dirname(logPath), { recursive: true });
  const child = spawn('ffmpeg', demoArguments(findFont(), files, demo.durationSeconds), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(logPath));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const doneUs = /out_time_us=(\d+)/.exec(text)?.[1];
    if (doneUs) showProgress(`demo recording: ${Math.round(Number(doneUs) / (demo.durationSeconds * 1e4))} %`);
  });
  // Ctrl-C reaches it as well, being in our process group; whatever else ends us must not leave it running
  const killIt = (): boolean => child.kill('SIGKILL');
  process.once('exit', killIt);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => {
      process.off('exit', killIt);
      if (exitCode === 0) resolve();
      else reject(new Error(`ffmpeg ended with ${signal ?? `exit code ${exitCode}`}; see ${logPath}`));
    });
  });
};

const upload = async (store: ObjectStore, directory: string): Promise<void> => {
  await store.ensureBucket(demo.bucket);
  const folder = path.posix.dirname(demo.key);
  const segments = (await readdir(directory)).filter((name) => name.endsWith('.ts')).toSorted();
  for (const [index, name] of segments.entries()) {
    const body = await readFile(path.join(directory, name));
    await store.put({ bucket: demo.bucket, key: `${folder}/${name}` }, body, { contentType: 'video/mp2t' });
    showProgress(`demo recording: ${index + 1} of ${segments.length} segments uploaded`);
  }
  const playlist = withProgramDateTimes(await readFile(path.join(directory, 'index.m3u8'), 'utf8'), demo.startMs);
  await store.put({ bucket: demo.bucket, key: demo.key }, Buffer.from(playlist), {
    contentType: 'application/vnd.apple.mpegurl',
  });
};
