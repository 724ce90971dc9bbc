import type { ClipRange } from '../../edit/edit.js';
import { resolveRange } from '../../timeline/resolve-range.js';
import type { Timeline } from '../../timeline/timeline.js';
import type { Plan, PlanSummary } from '../plan.js';
import { planExport } from '../plan-export.js';
import { inputOf, type InputSketch, recording, type SegmentSketch } from '../recording.fixture.js';
import type { PlannedTask } from '../task.js';
import { growthProbes, unplannedOf } from './grow-pieces.js';
import { growPlan, awaitedTailMs } from './grow-plan.js';

/** The plan of a range while the recording comes segment by segment: what a planner would say to each look at it. */
export interface Grown {
  steps: Plan[];
  /** Number of segments that were there when each step was made. */
  seenAt: number[];
  tasks: PlannedTask[];
  plan: PlanSummary;
}

export interface Growing {
  sketches: SegmentSketch[];
  range: Exclude<ClipRange, { kind: 'whole' }>;
  sketch?: InputSketch;
  /** Looks at the recording when so many segments are there, and at last when it has ended. */
  looks: number[];
}

export const grow = ({ sketches, range, sketch = {}, looks }: Growing): Grown => {
  const { timeline: full, sizes } = recording(sketches);
  const input = inputOf({ timeline: full, sizes }, sketch);
  const [clip] = input.clips;
  const grown: Grown = { steps: [], seenAt: [], tasks: [], plan: undefined as never };
  for (const count of [...looks, Infinity]) {
    const isOver = count === Infinity;
    const timeline: Timeline = { ...full, segments: full.segments.slice(0, count), growing: !isOver };
    const soFar = grown.steps.at(-1);
    const tailMs = awaitedTailMs(input.output, input.limits);
    const allowShort = input.output.gapPolicy === 'skip';
    const answer = resolveRange(timeline, range, {
      ...(tailMs !== undefined && { tailMs }),
      allowShort,
      wasGrowing: true,
    });
    const found = answer.kind === 'resolved' ? answer : answer.available;
    const stretch = found && unplannedOf(timeline, found, soFar?.growth);
    if (stretch === undefined) continue;
    const isLast = answer.kind === 'resolved';
    const growing = { ...clip, timeline, range: stretch, growth: soFar?.growth };
    const probes = new Map(growthProbes(growing, input.limits).map((index) => [index, clip.probes.get(index)!]));
    const plan =
      isLast && soFar === undefined
        ? planExport({ ...input, clips: [{ ...clip, timeline, range: stretch }] })
        : growPlan({ ...input, clip: { ...growing, probes }, soFar, isLast });
    if (plan === undefined) continue;
    grown.steps.push(plan);
    grown.seenAt.push(timeline.segments.length);
    grown.tasks.push(...plan.tasks);
    grown.plan = plan;
    if (isLast) break;
  }
  return grown;
};
