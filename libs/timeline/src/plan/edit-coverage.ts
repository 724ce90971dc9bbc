import type { CutMode } from '../edit/output.js';
import { TICKS_PER_MS } from '../ticks.js';
import { viewClock } from '../timeline/clock.js';
import type { Coverage, Span } from './plan.js';
import type { PreparedClip } from './prepared.js';

/** On the clip's own clock. */
export const coverageOf = ({ clip, pieces, selected }: PreparedClip, cutMode: CutMode): Coverage => {
  const { clock, requested, segmentBounds } = clip.range;
  const view = viewClock(clip.timeline, clock);
  const startMs = Math.round(view.startTicks(pieces[0].segmentIndex) / TICKS_PER_MS);
  const endMs = Math.round(view.endTicks(pieces.at(-1)!.segmentIndex) / TICKS_PER_MS);
  const planned =
    cutMode === 'segment'
      ? { startMs, endMs }
      : { startMs: Math.max(startMs, requested.startMs), endMs: Math.min(endMs, requested.endMs) };
  return { clock, requested, segmentBounds, planned, missing: selected.missing };
};

/** What the clips cover together: their requests one after another, in ms from the start of the first one's. */
export const editCoverage = (clips: readonly Coverage[]): Coverage => {
  let lengthMs = 0;
  const missing = clips.flatMap(({ requested, missing: missingOfClip }) => {
    const shiftMs = lengthMs - requested.startMs;
    lengthMs += requested.endMs - requested.startMs;
    return missingOfClip.map((span) => ({ ...span, startMs: span.startMs + shiftMs, endMs: span.endMs + shiftMs }));
  });
  const outside = (of: 'segmentBounds' | 'planned'): Span => {
    const [first, last] = [clips[0], clips.at(-1)!];
    return {
      startMs: first[of].startMs - first.requested.startMs,
      endMs: lengthMs + last[of].endMs - last.requested.endMs,
    };
  };
  return {
    clock: 'edit',
    requested: { startMs: 0, endMs: lengthMs },
    segmentBounds: outside('segmentBounds'),
    planned: outside('planned'),
    missing,
  };
};
