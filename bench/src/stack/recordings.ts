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

/** Recordings are made once in a checkout; each run copies what it needs into its own store. */
export class RecordingCache {
  private readonly rootPath: string;

  constructor(private readonly directory: string) {
    this.rootPath = path.join(directory, 'recordings');
  }

  async copyTo(store: ObjectStore, playlistKey: string, onProgress: (text: string) => void): Promise<BenchRecording> {
    await mkdir(this.rootPath, { recursive: true });
    const { rootPath } = this;
    const cache = createStores([{ id: 'cache', driver: 'file', locations: ['cache'], rootPath }]).get('cache');
    try {
      await cache.ensureBucket(RECORDINGS);
      if (!(await hasDemoRecording(cache))) {
        onProgress(`making a recording of ${demo.durationSeconds} s (once)`);
        await makeDemoRecording(cache, this.directory);
      }
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

  /** Null packets fill the stream up to its rate (ISO/IEC 13818-1 §2.4.1); the pictures are the demo's, untouched. */
  private async makeWide(cache: ObjectStore): Promise<void> {
    const directory = await mkdtemp(path.join(this.directory, 'wide-'));
    try {
      await runProgram('ffmpeg', [
        ...['-v', 'error', '-i', path.join(this.rootPath, RECORDINGS, DEMO_KEY), '-c', 'copy'],
        ...['-f', 'hls', '-hls_time', '6', '-hls_list_size', '0', '-hls_playlist_type', 'vod'],
        ...['-hls_ts_options', `muxrate=${WIDE_RATE_BPS}`],
        ...['-hls_segment_filename', path.join(directory, 'segment-%05d.ts'), path.join(directory, 'index.m3u8')],
      ]);
      // the playlist last: it is there only if the whole recording is
      const names = (await readdir(directory)).toSorted(
        (a, b) => Number(a.endsWith('m3u8')) - Number(b.endsWith('m3u8')),
      );
      const folder = path.posix.dirname(WIDE_KEY);
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
