import type { Piece } from '@clipfleet/timeline';

/** Consecutive pieces that share a clock. */
export const runsOf = (pieces: readonly Piece[]): Piece[][] => {
  const runs: Piece[][] = [];
  for (const piece of pieces) {
    const open = runs.at(-1);
    if (open?.[0].runIndex === piece.runIndex) open.push(piece);
    else runs.push([piece]);
  }
  return runs;
};
