import type { CutMode } from '../edit/output.js';
import type { EdgeTrim, Piece } from './piece.js';
import type { PlanWarning } from './plan.js';
import type { PlanClip, PlanLimits } from './plan-input.js';
import { leadPieces, type SelectedPieces } from './select-pieces.js';

/** What every task of an output needs to know of its ends. */
export interface Cut {
  source: { storeId: string; bucket: string };
  cutMode: CutMode;
  lead: Piece[];
  trimStart?: EdgeTrim;
  trimEnd?: EdgeTrim;
  warnings: PlanWarning[];
}

export const sumBytes = (pieces: Piece[]): number => pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);

/**
 * Where the first and last piece are cut. Whole segments are not; otherwise the last keyframe at or before the cut is in the
 * first piece when that starts with one, else it may be before it, and the lead is read for it.
 */
export const cutEdges = (clip: PlanClip, selected: SelectedPieces, cutMode: CutMode, limits: PlanLimits): Cut => {
  const { pieces, hasInEdge, hasOutEdge } = selected;
  const [first] = pieces;
  const last = pieces.at(-1)!;
  const { startOffsetTicks, endOffsetTicks } = clip.range;
  const trims = cutMode !== 'segment';
  const startsWithKeyframe = clip.probes.get(first.segmentIndex)?.startsWithKeyframe !== false;
  const lead = trims && hasInEdge && !startsWithKeyframe ? leadPieces(clip, first, limits) : [];
  const cutsStart = trims && hasInEdge && (startOffsetTicks > 0 || lead.length > 0);
  const cutsEnd = trims && hasOutEdge && endOffsetTicks < last.durationTicks;
  const message = 'The first segment does not start with a keyframe; its first pictures may not be shown.';
  return {
    source: { storeId: clip.source.storeId, bucket: clip.source.bucket },
    cutMode,
    lead,
    ...(cutsStart && { trimStart: { offsetTicks: startOffsetTicks } }),
    ...(cutsEnd && { trimEnd: { offsetTicks: endOffsetTicks } }),
    warnings: startsWithKeyframe || lead.length > 0 ? [] : [{ code: 'starts-without-keyframe', message }],
  };
};
