import { isPlaylist, type Output } from '../edit/output.js';
import { TICKS_PER_MS } from '../ticks.js';
import type { ResolvedRange } from '../timeline/resolve-range.js';
import type { Timeline } from '../timeline/timeline.js';
import type { PlanClip, PlanLimits } from './plan-input.js';
import { listsExactly } from './encoded-edges.js';
import { presentSegments, runsOf } from './select-pieces.js';
import { mayBeTail } from './tail.js';

/** The objects whose sizes a plan needs: the range's, and those around it that may be read for a cut. Each once, in order. */
export const neededKeys = (timeline: Timeline, range: ResolvedRange, limits: PlanLimits): string[] => {
  const { segments } = timeline;
  let first = range.firstIndex;
  for (let ticks = 0; first > 0 && ticks < limits.maxGopLeadMs * TICKS_PER_MS; first--) {
    ticks += segments[first - 1].durationTicks;
  }
  const around = [...segments.slice(first, range.endIndex), ...mayBeTail(segments, range.endIndex, limits)];
  return [...new Set(around.filter((segment) => !segment.gap).map((segment) => segment.key))];
};

/** Which segments' first bytes a plan needs: the first of the range and of every run in it, at most `maxProbes`. */
export const neededProbes = (clip: Omit<PlanClip, 'probes'>, output: Output, limits: PlanLimits): number[] => {
  if (isPlaylist(output.container) && !listsExactly(output)) return [];
  const whole: PlanClip = { ...clip, probes: new Map() };
  const indexes = presentSegments(whole);
  const runs = runsOf(whole, indexes);
  const firsts = indexes.filter((_index, position) => runs[position] !== runs[position - 1]);
  return firsts.slice(0, output.container === 'image' ? 1 : limits.maxProbes);
};
