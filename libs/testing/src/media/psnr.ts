import { playlistArguments } from './probe.js';
import { runProgram } from './run-program.js';

/**
 * PSNR in dB of each picture of `file` against `frameCount` of `reference` from the 0-based `firstFrame` on; Infinity where
 * they are equal. Pictures are paired in the order they are shown.
 */
export const framePsnrs = async (
  file: string,
  reference: string,
  { firstFrame, frameCount }: { firstFrame: number; frameCount: number },
): Promise<number[]> => {
  const graph = [
    '[0:v]setpts=N,settb=1/1000[shown]',
    `[1:v]select=between(n\\,${firstFrame}\\,${firstFrame + frameCount - 1}),setpts=N,settb=1/1000[reference]`,
    '[shown][reference]psnr=eof_action=endall:stats_file=-',
  ].join(';');
  const output = await runProgram('ffmpeg', [
    ...['-v', 'error', '-i', file, ...playlistArguments(reference), '-i', reference],
    ...['-lavfi', graph, '-f', 'null', '-'],
  ]);
  return [...output.matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => (value === 'inf' ? Infinity : Number(value)));
};
