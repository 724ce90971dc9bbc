import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeSegments } from '../source/encode.js';
import { playlistText, segmentName } from '../source/playlist.js';
import { encoderArguments } from '../source/recipe.js';
import { runProgram } from '../source/run-program.js';
import type { Container } from '../fleet/acceptance-fleet.js';

/** A recording that is refused by name, before any work. */
export interface Refusal {
  readonly name: string;
  readonly container: Container;
  readonly code: string;
  /** In the refusal's words. */
  readonly says: RegExp;
  /** Files by name, `index.m3u8` among them. */
  make(directory: string): Promise<ReadonlyMap<string, Uint8Array>>;
}

const SECONDS = 4;

const fragmented = async (directory: string): Promise<Map<string, Uint8Array>> => {
  await mkdir(directory, { recursive: true });
  await runProgram('ffmpeg', [
    ...encoderArguments({ durationSeconds: SECONDS }),
    ...['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', path.join(directory, '%05d.m4s')],
    path.join(directory, 'index.m3u8'),
  ]);
  const names = await readdir(directory);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(directory, name))] as const)),
  );
};

const sampleAes = async (directory: string): Promise<Map<string, Uint8Array>> => {
  const segments = await encodeSegments(directory, { durationSeconds: SECONDS });
  const text = playlistText(segments, 0, { keyUri: 'key.bin' }).replace('METHOD=AES-128', 'METHOD=SAMPLE-AES');
  const files = segments.map(({ bytes }, index) => [segmentName(index), bytes] as const);
  return new Map([...files, ['key.bin', new Uint8Array(16)], ['index.m3u8', Buffer.from(text)]]);
};

export const refusals: readonly Refusal[] = [
  { name: 'fMP4 segments', container: 'mp4', code: 'unsupported-source', says: /EXT-X-MAP/, make: fragmented },
  { name: 'SAMPLE-AES', container: 'mp4', code: 'unsupported-source', says: /SAMPLE-AES/, make: sampleAes },
];
