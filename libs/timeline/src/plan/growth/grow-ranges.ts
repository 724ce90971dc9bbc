import { sumBytes } from '../cut.js';
import type { Piece } from '../piece.js';
import type { PlanLimits } from '../plan-input.js';
import { hasTail } from '../tail.js';

export interface RangeGrowth {
  /** Not planned yet. */
  pieces: Piece[];
  /** Ranges planned before. */
  rangeCount: number;
  /** How much of the requested time lies before the end of a piece, 0 to 1. */
  shareUpTo: (piece: Piece) => number;
  /** The pieces reach the end: all of them are planned. */
  isLast: boolean;
}

/**
 * The ranges that can be planned of what is there. How many there will be is not known, only how much time they must cover:
 * the nth ends at n / `maxGrowingRanges` of it at the earliest, so that there are never more than that. Behind a range that
 * is not the last there are always pieces left, for its tail and for the last range.
 */
export const growRanges = (job: RangeGrowth, limits: PlanLimits): Piece[][] => {
  const { pieces, isLast } = job;
  const ranges: Piece[][] = [];
  const mayEnd = (open: Piece[]): boolean => {
    const index = job.rangeCount + ranges.length;
    // the first one's first bytes go into part 1, behind the header
    const leastBytes = limits.minRangeBytes + (index === 0 ? limits.minPartBytes : 0);
    return sumBytes(open) >= leastBytes && job.shareUpTo(open.at(-1)!) * limits.maxGrowingRanges >= index + 1;
  };
  // behind it there is a tail
  const lastEnd = pieces.findLastIndex((_piece, position) => hasTail(pieces.slice(position + 1), limits.tailMs));
  let open: Piece[] = [];
  for (const [position, piece] of pieces.entries()) {
    open.push(piece);
    if (position > lastEnd) continue;
    // what is there already is cut as large as any recording is; only at the live edge is less enough
    const enough = sumBytes(open) >= limits.taskStreamBytes || (!isLast && position === lastEnd);
    if (enough && mayEnd(open)) {
      ranges.push(open);
      open = [];
    }
  }
  if (isLast && open.length > 0) ranges.push(open);
  return ranges;
};
