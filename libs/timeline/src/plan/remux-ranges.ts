import { type Cut, sumBytes } from './cut.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import type { RemuxRangeTask } from './task.js';

export interface RemuxJob {
  cut: Cut;
  container: 'mp4' | 'mov';
  pieces: Piece[];
  /** Pieces of the last one's run after the range. */
  after: Piece[];
  /** PAT and PMT of the run a piece belongs to. */
  programOf: (piece: Piece) => string | undefined;
}

/** Consecutive pieces in ranges of about equal bytes, each but the last of at least `minRangeBytes`. */
export const splitRanges = (pieces: Piece[], limits: PlanLimits): Piece[][] => {
  const totalBytes = sumBytes(pieces);
  const byBudget = Math.ceil(totalBytes / limits.taskStreamBytes);
  const most = Math.min(limits.maxRanges, limits.maxParts - 1);
  const count = totalBytes <= limits.smallOutputBytes ? 1 : Math.max(1, Math.min(most, byBudget));
  const aimBytes = Math.max(limits.minRangeBytes, Math.ceil(totalBytes / count));
  const ranges: Piece[][] = [];
  let open: Piece[] = [];
  let openBytes = 0;
  for (const piece of pieces) {
    open.push(piece);
    openBytes += piece.sizeBytes;
    if (openBytes >= aimBytes && ranges.length < count - 1) {
      ranges.push(open);
      open = [];
      openBytes = 0;
    }
  }
  if (open.length > 0) ranges.push(open);
  return ranges;
};

/** A PES that starts in a range may end after it, but never beyond its run. */
const tailOf = (range: Piece[], rest: Piece[], count: number): Piece[] => {
  const { runIndex } = range.at(-1)!;
  const end = rest.findIndex((piece) => piece.runIndex !== runIndex);
  return rest.slice(0, end === -1 ? count : Math.min(end, count));
};

/**
 * One task per range. Part 1 of several is the header, written last by the gateway; range i has the parts from
 * `2 + i · block`. One range has all numbers, and writes its header itself.
 */
export const planRemuxTasks = (job: RemuxJob, limits: PlanLimits): RemuxRangeTask[] => {
  const { cut, pieces } = job;
  const ranges = splitRanges(pieces, limits);
  const rangeCount = ranges.length;
  const alone = rangeCount === 1;
  const block = alone ? limits.maxParts : Math.floor((limits.maxParts - 1) / rangeCount);
  let position = 0;
  return ranges.map((range, rangeIndex) => {
    position += range.length;
    const first = rangeIndex === 0;
    const last = rangeIndex === rangeCount - 1;
    const lead = first ? cut.lead : [];
    const rest = [...pieces.slice(position, position + limits.tailPieces), ...job.after];
    const tail = tailOf(range, rest, limits.tailPieces);
    const programBase64 = job.programOf(range[0]);
    return {
      kind: 'remux-range',
      source: cut.source,
      workBytes: sumBytes(lead) + sumBytes(range) + sumBytes(tail),
      lead,
      ...(first && cut.trimStart && { trimStart: cut.trimStart }),
      ...(last && cut.trimEnd && { trimEnd: cut.trimEnd }),
      container: job.container,
      cutMode: cut.cutMode,
      pieces: range,
      tail,
      rangeIndex,
      rangeCount,
      partBlock: { firstPartNumber: alone ? 1 : 2 + rangeIndex * block, partCount: block },
      ...(programBase64 !== undefined && { programBase64 }),
    };
  });
};
