import { Inject, Injectable } from '@nestjs/common';
import { canonicalJson, ClipfleetError, type ExportRequested } from '@clipfleet/contracts';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import {
  assertMadeOf,
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
  type ResolvedRange,
  resolveRange,
  type Source,
  stretchesByBucket,
  awaitedTailMs,
} from '@clipfleet/timeline';
import type { PlannerConfig } from '../planner-config.js';
import type { SlotLimits } from './fleet-slots.js';
import { askAgainInMs, hasStopped } from './live-edge.js';
import { type LoadedRecording, loadRecording, type RecordingSources } from './load-recording.js';
import { ParsedPlaylists } from './parsed-playlists.js';
import { planFile } from './plan-file.js';
import { type LookedAt, planGrowing, worksAlong } from './plan-growing.js';
import { readProbes } from './read-probes.js';
import { readSizes } from './read-sizes.js';

export const PLANNER_CONFIG = Symbol('planner config');

export type PlanningAnswer = { kind: 'planned'; plan: Plan } | { kind: 'not-yet'; askAgainInMs: number };

type Load = (source: Source) => Promise<LoadedRecording>;

/** Reads what a plan is made of (playlist, sizes, first bytes) and makes it. */
@Injectable()
export class PlanningService {
  private readonly planLimits: PlanLimits;
  private readonly sources: RecordingSources;

  constructor(
    @Inject(PLANNER_CONFIG) private readonly config: PlannerConfig,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {
    const {
      maxPlaylistBytes,
      maxSegments,
      maxClips,
      maxDurationMs,
      parseMemoryBytes,
      parseTimeoutMs,
      taskBytes,
      smallOutputBytes,
      maxRemuxRanges,
      idleRangeBytes,
      encodeRangeMs,
      minEncodedRangeBytes,
      maxEncodeRanges,
    } = config;
    this.planLimits = {
      ...DEFAULT_PLAN_LIMITS,
      ...{ maxSegments, maxClips, maxDurationMs, smallOutputBytes, idleRangeBytes },
      ...{ taskStreamBytes: taskBytes, maxRanges: maxRemuxRanges },
      ...{ encodeRangeMs, minEncodedRangeBytes, maxEncodeRanges },
    };
    const playlists = new ParsedPlaylists({
      parse: { ...DEFAULT_PARSE_LIMITS, maxPlaylistBytes, maxSegments },
      thread: { maxMemoryBytes: parseMemoryBytes, timeoutMs: parseTimeoutMs },
    });
    this.sources = { stores, playlists, maxPlaylistBytes };
  }

  /** `readSlots`: asked when all else is read, so that it is fresh. Throws ClipfleetError, TimelineError or ObjectStoreError. */
  async plan(
    request: ExportRequested,
    signal: AbortSignal,
    readSlots?: () => Promise<SlotLimits>,
  ): Promise<PlanningAnswer> {
    const { edit, output } = request;
    const destination = this.destinationOf(output);
    const { storeCopy, equalParts } = destination.abilities;
    const abilities = { storeCopy, equalParts, joinsEarly: destination.prepareCompletion !== undefined };
    this.checkClipCount(edit.clips.length);
    const ofFile = await planFile(request, this.stores, signal);
    if (ofFile) return { kind: 'planned', plan: ofFile };
    const load = this.loadOnce(request, signal);
    const clips: PlanClip[] = [];
    for (const clip of edit.clips) {
      const looked = await this.look(clip, request, load, signal);
      const { recording, range } = looked;
      const askAgain = askAgainInMs(range, recording.timeline.targetDurationSeconds, this.config.liveWaitMs);
      if (worksAlong(request, range, abilities)) {
        const plan = await planGrowing({ ...looked, request, abilities, limits: this.planLimits }, signal);
        return plan ? { kind: 'planned', plan } : { kind: 'not-yet', askAgainInMs: askAgain };
      }
      if (range.kind === 'not-yet') return { kind: 'not-yet', askAgainInMs: askAgain };
      const stretches = stretchesByBucket(recording.timeline, range);
      this.checkClipCount(clips.length + stretches.length);
      for (const { bucket = recording.at.bucket, ...stretch } of stretches) {
        const inBucket = { ...recording, timeline: stretch.timeline, at: { ...recording.at, bucket } };
        clips.push(await this.prepare(inBucket, stretch.range, output, signal));
      }
    }
    const limits = { ...this.planLimits, ...(await readSlots?.()) };
    const encodings = { profiles: this.config.profiles, limits: this.config.encodingLimits };
    return { kind: 'planned', plan: planExport({ output, clips, abilities, limits, encodings }) };
  }

  /** Before anything is read for them. */
  private checkClipCount(clipCount: number): void {
    const { maxClips } = this.config;
    if (clipCount <= maxClips) return;
    const text = `The edit has ${clipCount} clips; at most ${maxClips} are allowed.`;
    throw new ClipfleetError('too-long', text, { details: { clipCount, maxClips } });
  }

  /** Clips of one recording see one state of it, and its playlist is read once. */
  private loadOnce({ readable }: ExportRequested, signal: AbortSignal): Load {
    const loaded = new Map<string, Promise<LoadedRecording>>();
    return (source) => {
      const name = canonicalJson(source);
      const known = loaded.get(name);
      if (known) return known;
      const loading = loadRecording(source, readable, this.sources, signal);
      loaded.set(name, loading);
      return loading;
    };
  }

  /** What there is of a clip; of a recording that grows no more, all that will ever be. */
  private async look(clip: Clip, request: ExportRequested, load: Load, signal: AbortSignal): Promise<LookedAt> {
    const { output, acceptedAtMs, resume } = request;
    const { maxDurationMs, liveWaitMs } = this.config;
    const recording = await load(clip.source);
    assertMadeOf(output, recording.timeline);
    const tailMs = awaitedTailMs(output, this.planLimits);
    const options = {
      maxDurationMs,
      ...(tailMs !== undefined && { tailMs }),
      allowShort: output.gapPolicy === 'skip',
      wasGrowing: resume !== undefined,
    };
    const range = resolveRange(recording.timeline, clip.range, options);
    if (range.kind === 'resolved' || !(await hasStopped(recording, acceptedAtMs, liveWaitMs, signal))) {
      return { recording, range };
    }
    return { recording, range: resolveRange(recording.timeline, clip.range, { ...options, waitForGrowth: false }) };
  }

  private async prepare(
    { timeline, store, at }: LoadedRecording,
    range: ResolvedRange,
    output: Output,
    signal: AbortSignal,
  ): Promise<PlanClip> {
    const sizes = await readSizes(store, at.bucket, neededKeys(timeline, range, this.planLimits), signal);
    const unprobed = { source: at, timeline, range, sizes };
    const indexes = neededProbes(unprobed, output, this.planLimits);
    const probes = await readProbes({ store, bucket: at.bucket, timeline, sizes, indexes }, signal);
    return { ...unprobed, probes };
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
