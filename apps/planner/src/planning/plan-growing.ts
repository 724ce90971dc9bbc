import type { ExportRequested } from '@clipfleet/contracts';
import {
  canGrow,
  type GrowingClip,
  growPlan,
  growthProbes,
  neededKeys,
  type NotYet,
  type Plan,
  type PlanAbilities,
  type PlanLimits,
  type ResolvedRange,
  unplannedOf,
} from '@clipfleet/timeline';
import type { LoadedRecording } from './load-recording.js';
import { readProbes } from './read-probes.js';
import { readSizes } from './read-sizes.js';

/** A recording, and what of a clip of it is there. */
export interface LookedAt {
  recording: LoadedRecording;
  range: ResolvedRange | NotYet;
}

export interface GrowingJob extends LookedAt {
  request: ExportRequested;
  abilities: PlanAbilities;
  limits: PlanLimits;
}

/**
 * Whether to plan what is there, and the rest as it comes. A plan that was begun so goes on so. An MPD tells by the clock what
 * there should be, not what there is; an edit of several clips waits for all of them.
 */
export const worksAlong = (
  { edit, output, resume }: ExportRequested,
  range: ResolvedRange | NotYet,
  abilities: PlanAbilities,
): boolean => {
  if (resume !== undefined) return true;
  const [clip, ...others] = edit.clips;
  return range.kind === 'not-yet' && others.length === 0 && clip.source.format === 'hls' && canGrow(output, abilities);
};

/** The plan, or its next extension; undefined: not enough has come. */
export const planGrowing = async (job: GrowingJob, signal: AbortSignal): Promise<Plan | undefined> => {
  const { request, range, recording, abilities, limits } = job;
  const { timeline, store, at } = recording;
  const { output, resume } = request;
  const there = range.kind === 'resolved' ? range : range.available;
  const unplanned = there && unplannedOf(timeline, there, resume?.growth);
  if (unplanned === undefined) return undefined;
  const sizes = await readSizes(store, at.bucket, neededKeys(timeline, unplanned, limits), signal);
  const unprobed = { source: at, timeline, range: unplanned, sizes, growth: resume?.growth };
  const indexes = growthProbes(unprobed, limits);
  const probes = await readProbes({ store, bucket: at.bucket, timeline, sizes, indexes }, signal);
  const clip: GrowingClip = { ...unprobed, probes };
  return growPlan({ output, clip, abilities, limits, soFar: resume, isLast: range.kind === 'resolved' });
};
