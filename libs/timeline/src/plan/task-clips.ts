import { type Cut, sumBytes } from './cut.js';
import type { Piece } from './piece.js';
import type { FurtherClip } from './task.js';

/** A clip of an edit, ready to be made into tasks. The runs of all clips of an edit count on, so that none is of two clips. */
export interface CutClip {
  clipIndex: number;
  pieces: Piece[];
  cut: Cut;
}

/** Consecutive pieces of one clip. */
export interface Stretch<C extends CutClip = CutClip> {
  clip: C;
  pieces: Piece[];
}

/** Consecutive pieces of an edit, by clip. */
export const stretchesIn = <C extends CutClip>(clips: readonly C[], pieces: readonly Piece[]): Stretch<C>[] => {
  const stretches: Stretch<C>[] = [];
  let next = 0;
  for (const piece of pieces) {
    const open = stretches.at(-1);
    if (open !== undefined && piece.runIndex <= lastRunOf(open.clip)) {
      open.pieces.push(piece);
      continue;
    }
    while (piece.runIndex > lastRunOf(clips[next])) next += 1;
    stretches.push({ clip: clips[next], pieces: [piece] });
  }
  return stretches;
};

const lastRunOf = ({ pieces }: CutClip): number => pieces.at(-1)!.runIndex;

/** What of a clip's edges lies in a stretch of it. */
export const edgesIn = ({ clip: { cut, pieces: all }, pieces }: Stretch) => {
  const starts = pieces[0] === all[0];
  const ends = pieces.at(-1) === all.at(-1);
  return {
    lead: starts ? cut.lead : [],
    ...(starts && cut.trimStart && { trimStart: cut.trimStart }),
    ...(ends && cut.trimEnd && { trimEnd: cut.trimEnd }),
  };
};

const toFurther = (stretch: Stretch): FurtherClip => ({
  clipIndex: stretch.clip.clipIndex,
  firstRunIndex: stretch.pieces[0].runIndex,
  source: stretch.clip.cut.source,
  ...edgesIn(stretch),
});

/** What a task is told of the clips its pieces are of. An edit of one clip needs no index. */
export const clipFields = (clips: readonly CutClip[], stretches: readonly Stretch[]) => {
  const [first, ...further] = stretches;
  return {
    source: first.clip.cut.source,
    ...(clips.length > 1 && { clipIndex: first.clip.clipIndex }),
    ...edgesIn(first),
    ...(further.length > 0 && { furtherClips: further.map(toFurther) }),
  };
};

/** Bytes of the pieces, and of those before them that are read for a cut. */
export const readBytes = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, stretch) => sum + sumBytes(edgesIn(stretch).lead) + sumBytes(stretch.pieces), 0);
