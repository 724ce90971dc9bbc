import type { Piece } from './piece.js';
import type { FurtherClip } from './task.js';

type OwnClip<F extends FurtherClip> = Omit<F, 'clipIndex' | 'firstRunIndex'> & { clipIndex?: number };

/** Pieces of one clip inside a task, with what the task says of that clip. */
export interface ClipInTask<F extends FurtherClip> {
  clip: OwnClip<F>;
  pieces: Piece[];
}

/** A task's pieces by clip, as a worker goes through them. */
export const clipsOfTask = <F extends FurtherClip>(
  task: OwnClip<F> & { furtherClips?: F[] },
  pieces: readonly Piece[],
): ClipInTask<F>[] => {
  const further = task.furtherClips ?? [];
  return [task, ...further].map((clip, index) => {
    const fromRun = index === 0 ? 0 : further[index - 1].firstRunIndex;
    const toRun = further[index]?.firstRunIndex ?? Infinity;
    return { clip, pieces: pieces.filter(({ runIndex }) => runIndex >= fromRun && runIndex < toRun) };
  });
};

/** Where a piece of a task lies: that of a clip, or one that is read before or after it. */
export const sourceOfPiece = (
  task: { source: FurtherClip['source']; furtherClips?: readonly FurtherClip[] },
  { runIndex }: Piece,
): FurtherClip['source'] =>
  (task.furtherClips?.findLast(({ firstRunIndex }) => firstRunIndex <= runIndex) ?? task).source;
