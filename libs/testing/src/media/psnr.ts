import { playlistArguments } from './probe.js';
import { runProgram } from './run-program.js';

/**
 * PSNR in dB of each picture of `file` against `frameCount` of `reference` from the 0-based `firstFrame` on; Infinity where
 * they are equal. Pictures are paired in the order they are shown. `fromFrame`: only as many of the file, from this one on.
 */
export const framePsnrs = async (
  file: string,
  reference: string,
  { firstFrame, frameCount, fromFrame }: { firstFrame: number; frameCount: number; fromFrame?: number },
): Promise<number[]> => {
  const frames = (first: number): string => `select=between(n\\,${first}\\,${first + frameCount - 1}),`;
  const own = fromFrame === undefined ? '' : frames(fromFrame);
  const graph = [
    `[0:v]${own}setpts=N,settb=1/1000[shown]`,
    `[1:v]${frames(firstFrame)}setpts=N,settb=1/1000[reference]`,
    '[shown][reference]psnr=eof_action=endall:stats_file=-',
  ].join(';');
  const output = await runProgram('ffmpeg', [
    ...['-v', 'error', '-i', file, ...playlistArguments(reference), '-i', reference],
    ...['-lavfi', graph, '-f', 'null', '-'],
  ]);
  return [...output.matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => (value === 'inf' ? Infinity : Number(value)));
};
