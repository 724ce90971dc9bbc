import { z } from 'zod';
import { fallbackReason } from './fallback.js';
import { segmentProbe } from './segment-probe.js';
import { plannedTask } from './task.js';

/**
 * A stretch of time, half-open. By `clock`: epoch ms (`wall`), ms from the recording's start (`recording`), or, for all clips of
 * an edit of several, ms from the start of the first one's request when their requests follow each other (`edit`).
 */
export const span = z.object({ startMs: z.number().int(), endMs: z.number().int() });
export type Span = z.infer<typeof span>;

/** What of the request the output covers. A success never hides a hole. */
export const coverage = z.object({
  clock: z.enum(['wall', 'recording', 'edit']),
  requested: span,
  /** Whole-segment bounds around the request. */
  segmentBounds: span,
  /** Where the output will start and end as far as the plan knows; workers report the measured cut. */
  planned: span,
  /** `not-recorded`: the recording ends before the range does. */
  missing: z.array(span.extend({ reason: z.enum(['gap-tag', 'object-missing', 'wall-clock-hole', 'not-recorded']) })),
});
export type Coverage = z.infer<typeof coverage>;

export const planWarning = z.object({ code: z.string(), message: z.string() });
export type PlanWarning = z.infer<typeof planWarning>;

/** One segment of a playlist output. */
export const playlistEntry = z.object({
  /** Object key in the source's bucket, or in `bucket` of the same store. */
  key: z.string(),
  bucket: z.string().optional(),
  byteRange: z.tuple([z.number().int(), z.number().int()]).optional(),
  durationTicks: z.number().int(),
  wallClockMs: z.number().int().optional(),
  discontinuity: z.boolean(),
  /** EXT-X-GAP: there is no media here, and its address is not to be asked for. */
  gap: z.literal(true).optional(),
  cipher: z.object({ keyObjectKey: z.string(), ivHex: z.string() }).optional(),
  /** Made by the task, as this one of the segments that it reports; `key` is the object of all of them, beside the playlist. */
  edgeIndex: z.number().int().nonnegative().optional(),
  /** Of fragmented MP4: what a player reads before. */
  map: z.object({ key: z.string(), byteRange: z.tuple([z.number().int(), z.number().int()]).optional() }).optional(),
});
export type PlaylistEntry = z.infer<typeof playlistEntry>;

export const playlistDocument = z.object({
  source: z.object({ storeId: z.string(), bucket: z.string(), key: z.string() }),
  targetDurationSeconds: z.number().int().positive(),
  /** ms from the first listed segment's start to the requested start. */
  beginOffsetMs: z.number().int(),
  /** ms from the requested end to the last listed segment's end. */
  endOffsetMs: z.number().int(),
  entries: z.array(playlistEntry).min(1),
});
export type PlaylistDocument = z.infer<typeof playlistDocument>;

export const strategy = z.enum([
  'ts-parts',
  'remux-ranges',
  'encode-ranges',
  'render',
  'picture',
  'storyboard',
  'playlist',
]);

/** Where the plan of a recording that still grows goes on. */
export const planGrowth = z.object({
  /** 1-based: which extension of the plan comes next. */
  step: z.number().int().min(1),
  /** The last segment that is planned, by its 0-based index in the timeline, and by its key to know it again. */
  lastSegment: z.object({ index: z.number().int().nonnegative(), key: z.string() }),
  /** Run of the last planned piece. */
  runIndex: z.number().int().nonnegative(),
  taskCount: z.number().int().min(1),
  /** ts: the first part number that is free. */
  nextPartNumber: z.number().int().min(1),
  /** mp4, mov: what the first probe found, which later runs must fit to, and the current run's PAT and PMT. */
  firstProbe: segmentProbe.optional(),
  programBase64: z.string().optional(),
});
export type PlanGrowth = z.infer<typeof planGrowth>;

/** All that is needed to make the output. A pure function of timeline, sizes, request and limits: re-planning gives the same. */
export const plan = z.object({
  strategy,
  /** Why this strategy and not a faster one, when there was a choice. */
  reason: z.string().optional(),
  /** What of `reason` nobody asked for. */
  fallbacks: z.array(fallbackReason).optional(),
  tasks: z.array(plannedTask),
  /** `merge`: the gateway writes part 1 from the ranges' sample tables. `none`: the tasks' parts are the whole object. */
  header: z.enum(['none', 'merge']),
  /** The merged header is filled up so that part 1 has this size: parts behind it can be joined before it is there. More makes it longer. */
  firstPartBytes: z.number().int().positive().optional(),
  /** Of the whole edit. */
  coverage,
  /** Of each clip by itself, on its own clock, where there are several. */
  clips: z.array(coverage).optional(),
  playlist: playlistDocument.optional(),
  /** Where the tasks' parts go, in the destination's bucket. Absent: to the destination. */
  uploadKey: z.string().optional(),
  warnings: z.array(planWarning),
  /** The recording still grows: these are the first tasks, more will follow. Absent: the plan is whole. */
  growth: planGrowth.optional(),
});
export type Plan = z.infer<typeof plan>;

/** A plan without its tasks. */
export const planSummary = plan.omit({ tasks: true });
export type PlanSummary = z.infer<typeof planSummary>;
