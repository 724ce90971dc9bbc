import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { encoderArguments, type Recipe } from './recipe.js';
import { runProgram } from './run-program.js';
import type { SourceSegment } from './source.js';

export const DEFAULT_SECONDS = 22;

/** Segments as ffmpeg's own HLS packager cuts them, at keyframes. */
export const encodeSegments = async (
  directory: string,
  recipe: Recipe,
  { segmentSeconds = 2, run = 0 }: { segmentSeconds?: number; run?: number } = {},
): Promise<SourceSegment[]> => {
  const target = path.join(directory, `run-${run}`);
  await mkdir(target, { recursive: true });
  const playlist = path.join(target, 'index.m3u8');
  await runProgram('ffmpeg', [
    ...encoderArguments(recipe),
    ...['-f', 'hls', '-hls_time', String(segmentSeconds), '-hls_list_size', '0', '-hls_playlist_type', 'vod'],
    ...(recipe.muxer ? ['-hls_ts_options', recipe.muxer.join(':')] : []),
    ...['-hls_segment_filename', path.join(target, '%05d.ts'), playlist],
  ]);
  const entries = [...(await readFile(playlist, 'utf8')).matchAll(/#EXTINF:([\d.]+),[^\n]*\n([^\n#]+)/g)];
  return Promise.all(
    entries.map(async ([, duration, name]) => ({
      ...{ bytes: await readFile(path.join(target, path.basename(name))), durationSeconds: Number(duration) },
      ...{ run, phaseBytes: 0 },
    })),
  );
};

/** One transport stream, to be cut by us. */
export const encodeWhole = async (directory: string, recipe: Recipe): Promise<Uint8Array> => {
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'whole.ts');
  await runProgram('ffmpeg', [...encoderArguments(recipe), '-f', 'mpegts', file]);
  return readFile(file);
};
