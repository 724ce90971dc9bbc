import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError, type ExportRequested } from '@clipfleet/contracts';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import {
  type Clip,
  DEFAULT_PARSE_LIMITS,
  DEFAULT_PLAN_LIMITS,
  neededKeys,
  neededProbes,
  type Output,
  type Plan,
  type PlanClip,
  planExport,
  type PlanLimits,
  resolveRange,
} from '@clipfleet/timeline';
import type { PlannerConfig } from '../planner-config.js';
import type { SlotLimits } from './fleet-slots.js';
import { type LoadLimits, loadRecording } from './load-recording.js';
import { readProbes } from './read-probes.js';
import { readSizes } from './read-sizes.js';

export const PLANNER_CONFIG = Symbol('planner config');

export type PlanningAnswer = { kind: 'planned'; plan: Plan } | { kind: 'not-yet'; askAgainInMs: number };

type ClipAnswer = { kind: 'ready'; clip: PlanClip } | { kind: 'not-yet'; askAgainInMs: number };

/** Reads what a plan is made of (playlist, sizes, first bytes) and makes it. */
@Injectable()
export class PlanningService {
  private readonly planLimits: PlanLimits;
  private readonly loadLimits: LoadLimits;

  constructor(
    @Inject(PLANNER_CONFIG) private readonly config: PlannerConfig,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {
    const {
      maxPlaylistBytes,
      maxSegments,
      parseMemoryBytes,
      parseTimeoutMs,
      taskBytes,
      smallOutputBytes,
      maxRemuxRanges,
      idleRangeBytes,
    } = config;
    this.planLimits = {
      ...DEFAULT_PLAN_LIMITS,
      ...{ maxSegments, smallOutputBytes, idleRangeBytes },
      ...{ taskStreamBytes: taskBytes, maxRanges: maxRemuxRanges },
    };
    this.loadLimits = {
      parse: { ...DEFAULT_PARSE_LIMITS, maxPlaylistBytes, maxSegments },
      thread: { maxMemoryBytes: parseMemoryBytes, timeoutMs: parseTimeoutMs },
    };
  }

  /** `readSlots`: asked when all else is read, so that it is fresh. Throws ClipfleetError, TimelineError or ObjectStoreError. */
  async plan(
    request: ExportRequested,
    signal: AbortSignal,
    readSlots?: () => Promise<SlotLimits>,
  ): Promise<PlanningAnswer> {
    const { edit, output } = request;
    // one clip so far: planExport refuses more by name
    const clips: PlanClip[] = [];
    for (const clip of edit.clips) {
      const answer = await this.prepare(clip, request, signal);
      if (answer.kind === 'not-yet') return answer;
      clips.push(answer.clip);
    }
    const { storeCopy, equalParts } = this.destinationOf(output).abilities;
    const abilities = { storeCopy, equalParts };
    const limits = { ...this.planLimits, ...(await readSlots?.()) };
    return { kind: 'planned', plan: planExport({ output, clips, abilities, limits }) };
  }

  private async prepare(clip: Clip, request: ExportRequested, signal: AbortSignal): Promise<ClipAnswer> {
    const { output, readable, acceptedAtMs } = request;
    const recording = await loadRecording(clip.source, readable, this.stores, this.loadLimits, signal);
    const { timeline, store, at } = recording;
    const waitForGrowth = Date.now() < acceptedAtMs + this.config.liveWaitMs;
    const range = resolveRange(timeline, clip.range, { maxDurationMs: this.config.maxDurationMs, waitForGrowth });
    // the playlist is looked at again about when its next segment should be in it (RFC 8216 §6.3.4)
    if (range.kind === 'not-yet') return { kind: 'not-yet', askAgainInMs: timeline.targetDurationSeconds * 500 };
    const sizes = await readSizes(store, at.bucket, neededKeys(timeline, range, this.planLimits), signal);
    const unprobed = { source: at, timeline, range, sizes };
    const indexes = neededProbes(unprobed, output, this.planLimits);
    const probes = await readProbes({ store, bucket: at.bucket, timeline, sizes, indexes }, signal);
    return { kind: 'ready', clip: { ...unprobed, probes } };
  }

  private destinationOf(output: Output) {
    try {
      return this.stores.get(output.destination.storeId);
    } catch (error) {
      throw new ClipfleetError('destination-not-writable', `There is no store ${output.destination.storeId}.`, {
        cause: error,
      });
    }
  }
}
