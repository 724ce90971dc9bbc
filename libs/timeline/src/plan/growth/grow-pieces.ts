import { TICKS_PER_MS } from '../../ticks.js';
import { viewClock } from '../../timeline/clock.js';
import { type ResolvedRange, stretchOf } from '../../timeline/resolve-range.js';
import { TimelineError } from '../../timeline/timeline-error.js';
import type { Timeline } from '../../timeline/timeline.js';
import type { Output } from '../../edit/output.js';
import type { PlanGrowth } from '../plan.js';
import type { PlanClip } from '../plan-input.js';
import { presentSegments, runsOf, selectPieces, type SelectedPieces } from '../select-pieces.js';
import type { PlanLimits } from '../plan-input.js';

/**
 * What of a range is not planned yet. Indexes must still mean what they meant: a playlist that drops its oldest segments, or
 * was written anew, cannot be followed. undefined: all of it is planned.
 */
export const unplannedOf = (
  timeline: Timeline,
  range: ResolvedRange,
  growth: PlanGrowth | undefined,
): ResolvedRange | undefined => {
  if (growth === undefined) return range;
  const { index, key } = growth.lastSegment;
  if (timeline.segments[index]?.key !== key) {
    const text = `Segment ${index} of the playlist was ${key} and is another now: a recording is only followed while it grows at its end.`;
    throw new TimelineError('playlist-invalid', text, { key, segmentIndex: index });
  }
  return range.endIndex > index + 1 ? stretchOf(timeline, range, [index + 1, range.endIndex]) : undefined;
};

/** A clip whose range is the unplanned stretch, and how its runs go on from what is planned. */
export interface GrowingClip extends PlanClip {
  growth: PlanGrowth | undefined;
}

/** Runs of segments, counted on from the last planned one. */
export const runsAfter = (clip: Omit<GrowingClip, 'probes'>, indexes: number[]): number[] => {
  const whole: PlanClip = { ...clip, probes: new Map() };
  const { growth } = clip;
  if (growth === undefined) return runsOf(whole, indexes);
  const [, ...runs] = runsOf(whole, [growth.lastSegment.index, ...indexes]);
  return runs.map((run) => run + growth.runIndex);
};

/** Segments whose first bytes are needed: those that begin a run. What was planned before is known already. */
export const growthProbes = (clip: Omit<GrowingClip, 'probes'>, limits: PlanLimits): number[] => {
  const indexes = presentSegments({ ...clip, probes: new Map() });
  const runs = runsAfter(clip, indexes);
  const before = (position: number): number | undefined => runs[position - 1] ?? clip.growth?.runIndex;
  return indexes.filter((_index, position) => runs[position] !== before(position)).slice(0, limits.maxProbes);
};

/** What is listed and not there at the live edge may be on its way: it is looked at again with the next step. */
export const withoutMissingEdge = (clip: GrowingClip): GrowingClip | undefined => {
  const last = presentSegments(clip).at(-1);
  if (last === undefined) return undefined;
  return { ...clip, range: stretchOf(clip.timeline, clip.range, [clip.range.firstIndex, last + 1]) };
};

export const selectGrowing = (clip: GrowingClip, output: Output, limits: PlanLimits): SelectedPieces => {
  const selected = selectPieces(clip, output, limits);
  const indexes = selected.pieces.map(({ segmentIndex }) => segmentIndex);
  const runs = runsAfter(clip, indexes);
  return { ...selected, pieces: selected.pieces.map((piece, position) => ({ ...piece, runIndex: runs[position] })) };
};

/** How much of the requested time lies before the end of a segment, 0 to 1. */
export const shareUpTo = ({ timeline, range }: PlanClip, segmentIndex: number): number => {
  const { startMs, endMs } = range.requested;
  const endTicks = viewClock(timeline, range.clock).endTicks(segmentIndex);
  return Math.min(1, (endTicks / TICKS_PER_MS - startMs) / (endMs - startMs));
};
