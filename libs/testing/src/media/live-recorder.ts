import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Recording } from './recording.js';

export interface LiveRecorder {
  /** The playlist that ffmpeg rewrites with every segment. */
  playlistPath: string;
  /** Resolves when the recording has come to its end, or the recorder was killed. */
  ended: Promise<void>;
  /** As a machine that loses its power: the playlist stays as it is, without an end. */
  kill(): Promise<void>;
}

/**
 * A real segmenter that writes while others read: ffmpeg's HLS muxer into `directory`, fed with a finished recording's
 * segments, one every `everyMs`. Its segments are what the recording's keyframes make of `segmentSeconds`.
 */
export const startLiveRecorder = async (
  recording: Recording,
  directory: string,
  { everyMs, segmentSeconds }: { everyMs: number; segmentSeconds: number },
): Promise<LiveRecorder> => {
  await mkdir(directory, { recursive: true });
  const playlistPath = path.join(directory, 'index.m3u8');
  const hls = ['-f', 'hls', '-hls_time', String(segmentSeconds), '-hls_list_size', '0', '-hls_playlist_type', 'event'];
  const output = [...hls, '-hls_segment_filename', path.join(directory, '%05d.ts'), playlistPath];
  const child = spawn('ffmpeg', ['-v', 'error', '-f', 'mpegts', '-i', 'pipe:0', '-map', '0', '-c', 'copy', ...output], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stopping = new AbortController();
  // what is written into a recorder that was killed is nobody's error
  child.stdin.on('error', () => undefined);
  const feed = async (): Promise<void> => {
    for (const { uri } of recording.segments) {
      const bytes = await readFile(path.join(recording.directory, uri));
      await new Promise<void>((written) => child.stdin.write(bytes, () => written()));
      await delay(everyMs, undefined, { signal: stopping.signal });
    }
    child.stdin.end();
  };
  const fed = feed().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    playlistPath,
    ended: Promise.all([fed, exited]).then(() => undefined),
    async kill() {
      stopping.abort();
      child.kill('SIGKILL');
      await exited;
    },
  };
};
