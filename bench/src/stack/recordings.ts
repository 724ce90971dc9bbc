import { makeDemoRecording, hasDemoRecording } from '@clipfleet/cli/demo/make-demo-recording';
import { demo } from '@clipfleet/cli/demo/demo-recording';
import { createStores, type ObjectStore } from '@clipfleet/object-store';
import { mkdtemp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../baselines/run-program.js';
import { RECORDINGS } from './bench-stack.js';

/** A recording in the run's store. */
export interface BenchRecording {
  playlistKey: string;
  segmentKeys: string[];
  durationMs: number;
  sizeBytes: number;
}

/** What `./clipfleet up` makes: 720p30 at some 3 Mbit/s in segments of 6 s. */
export const DEMO_KEY = demo.key;
/** The same pictures in a stream of constant rate, as a broadcast encoder sends it: segments of 6 MB. */
export const WIDE_KEY = 'wide/index.m3u8';
/** 6 s of it are 6 MB: over the 5 MiB from which a segment can be a part. */
const WIDE_RATE_BPS = 8_000_000;

/** Two minutes of 160x90: all that a case needs to run. */
const TINY = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...['-t', '120', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '60', '-bf', '2'],
  ...['-c:a', 'aac', '-b:a', '64k'],
];

/** Recordings are made once in a checkout; each run copies what it needs into its own store. */
export class RecordingCache {
  private readonly rootPath: string;

  constructor(
    private readonly directory: string,
    private readonly scale: 'full' | 'smoke' = 'full',
  ) {
    this.rootPath = path.join(directory, scale === 'full' ? 'recordings' : 'smoke-recordings');
  }

  async copyTo(store: ObjectStore, playlistKey: string, onProgress: (text: string) => void): Promise<BenchRecording> {
    await mkdir(this.rootPath, { recursive: true });
    const { rootPath } = this;
    const cache = createStores([{ id: 'cache', driver: 'file', locations: ['cache'], rootPath }]).get('cache');
    try {
      await cache.ensureBucket(RECORDINGS);
      await this.makeDemo(cache, onProgress);
      if (playlistKey === WIDE_KEY && !(await cache.head({ bucket: RECORDINGS, key: WIDE_KEY }))) {
        onProgress('making the wide recording (once)');
        await this.makeWide(cache);
      }
      onProgress('copying the recording into the store');
      return await copyRecording(cache, store, playlistKey);
    } finally {
      await cache.close();
    }
  }

  private async makeDemo(cache: ObjectStore, onProgress: (text: string) => void): Promise<void> {
    if (this.scale === 'smoke') {
      if (!(await cache.head({ bucket: RECORDINGS, key: DEMO_KEY }))) await this.makeHls(cache, DEMO_KEY, TINY);
      return;
    }
    if (await hasDemoRecording(cache)) return;
    onProgress(`making a recording of ${demo.durationSeconds} s (once)`);
    await makeDemoRecording(cache, this.directory);
  }

  /** Null packets fill the stream up to its rate (ISO/IEC 13818-1 §2.4.1); the pictures are the demo's, untouched. */
  private makeWide(cache: ObjectStore): Promise<void> {
    return this.makeHls(cache, WIDE_KEY, [
      ...['-i', path.join(this.rootPath, RECORDINGS, DEMO_KEY), '-c', 'copy'],
      ...['-hls_ts_options', `muxrate=${WIDE_RATE_BPS}`],
    ]);
  }

  /** What ffmpeg makes of these arguments, in segments of 6 s. */
  private async makeHls(cache: ObjectStore, key: string, args: readonly string[]): Promise<void> {
    const directory = await mkdtemp(path.join(this.directory, 'hls-'));
    try {
      await runProgram('ffmpeg', [
        ...['-v', 'error', ...args, '-f', 'hls', '-hls_time', '6', '-hls_list_size', '0', '-hls_playlist_type', 'vod'],
        ...['-hls_segment_filename', path.join(directory, 'segment-%05d.ts'), path.join(directory, 'index.m3u8')],
      ]);
      // the playlist last: it is there only if the whole recording is
      const names = (await readdir(directory)).toSorted(
        (a, b) => Number(a.endsWith('m3u8')) - Number(b.endsWith('m3u8')),
      );
      const folder = path.posix.dirname(key);
      for (const name of names) {
        await cache.put({ bucket: RECORDINGS, key: `${folder}/${name}` }, await readFile(path.join(directory, name)));
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

const LARGEST_OBJECT_BYTES = 64 * 1024 * 1024;

const copyRecording = async (from: ObjectStore, to: ObjectStore, playlistKey: string): Promise<BenchRecording> => {
  const segmentKeys: string[] = [];
  let sizeBytes = 0;
  for await (const { key } of from.list(RECORDINGS, `${path.posix.dirname(playlistKey)}/`)) {
    const at = { bucket: RECORDINGS, key };
    const body = await from.getBytes(at, { limitBytes: LARGEST_OBJECT_BYTES });
    await to.put(at, body);
    if (!key.endsWith('.ts')) continue;
    segmentKeys.push(key);
    sizeBytes += body.length;
  }
  const playlist = await to.getBytes({ bucket: RECORDINGS, key: playlistKey }, { limitBytes: LARGEST_OBJECT_BYTES });
  return { playlistKey, segmentKeys, sizeBytes, durationMs: playlistDurationMs(Buffer.from(playlist).toString()) };
};

/** Down to a whole millisecond: a request may not end behind the recording. */
export const playlistDurationMs = (playlist: string): number => {
  const seconds = [...playlist.matchAll(/^#EXTINF:([\d.]+)/gm)].reduce((sum, [, text]) => sum + Number(text), 0);
  return Math.floor(seconds * 1000 + 1e-6);
};
