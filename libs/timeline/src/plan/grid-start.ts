import { z } from 'zod';
import { edgeTrim, piece } from './piece.js';
import { takeTail, type TailLimits } from './tail.js';
import type { Stretch } from './task-clips.js';

/**
 * Of another frame rate, in a range that begins inside a run: where the run's first frame is shown. It tells which frames of
 * the run are the range's, as it does to all others.
 */
export const gridStart = z.object({
  /** The run's first ones in the clip, as many as surely have a time. */
  pieces: z.array(piece).min(1),
  trimStart: edgeTrim.optional(),
  /** From there to the range, as the playlist has it: a clock that wraps has wrapped so often. */
  passedTicks: z.number().int().nonnegative(),
});
export type GridStart = z.infer<typeof gridStart>;

/** What tells a stretch where the frames of its run are counted from; undefined: the run begins with it. */
export const gridStartOf = ({ clip, pieces: [start] }: Stretch, limits: TailLimits): GridStart | undefined => {
  const run = clip.pieces.filter(({ runIndex }) => runIndex === start.runIndex);
  if (run[0] === start) return undefined;
  const { trimStart } = clip.cut;
  const isCut = run[0] === clip.pieces[0] && trimStart !== undefined;
  const before = run.slice(0, run.indexOf(start));
  return {
    pieces: takeTail(run.values(), limits).tail,
    ...(isCut && { trimStart }),
    passedTicks: before.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
  };
};
