import type { TsPart } from '../task.js';
import type { Piece } from '../piece.js';
import type { PlanLimits } from '../plan-input.js';
import { type LayoutPiece, layOutTs } from '../ts-layout.js';

export interface PartGrowth {
  /** Not planned yet. */
  items: LayoutPiece[];
  storeCopy: boolean;
  nextPartNumber: number;
  /** Tasks planned before. */
  taskCount: number;
  /** How much of the requested time lies before the end of a piece, 0 to 1. */
  shareUpTo: (piece: Piece) => number;
  /** The items reach the end: all of them are planned. */
  isLast: boolean;
}

/**
 * The parts of a ts that can be planned of what is there. Only the last part of an object may be small, and in a layout only
 * the last is: without it the others can stand, whatever follows. Part numbers are given out by the share of the requested
 * time that they cover, so that they last to the end.
 */
export const growParts = (job: PartGrowth, limits: PlanLimits): TsPart[] => {
  const { items, isLast, nextPartNumber } = job;
  if (items.length === 0) return [];
  const share = isLast ? 1 : job.shareUpTo(items.at(-1)!.piece);
  const maxParts = Math.floor(limits.maxParts * share) - (nextPartNumber - 1);
  if (maxParts < 1) return [];
  // small parts are ready sooner
  const targetPartBytes = Math.min(limits.targetPartBytes, limits.minRangeBytes);
  const parts = layOutTs(items, job.storeCopy, { ...limits, maxParts, targetPartBytes });
  const kept = isLast ? parts : wholePieces(parts);
  const last = kept.at(-1)?.pieces.at(-1);
  const tooEarly = last && !isLast && job.shareUpTo(last) * limits.maxGrowingRanges < job.taskCount + 1;
  if (kept.length > maxParts || tooEarly) return [];
  return kept.map((part, index) => ({ ...part, partNumber: nextPartNumber + index }));
};

/** Without the last part, and without those before it that have only the beginning of a piece. */
const wholePieces = (parts: TsPart[]): TsPart[] => {
  let count = parts.length - 1;
  const endsInside = (index: number): boolean =>
    parts[index - 1].pieces.at(-1)!.segmentIndex === parts[index].pieces[0].segmentIndex;
  while (count > 0 && endsInside(count)) count -= 1;
  return parts.slice(0, Math.max(0, count));
};
