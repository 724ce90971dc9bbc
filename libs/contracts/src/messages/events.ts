import { z } from 'zod';
import { plan, storyboardSheet, taskKind } from '@clipfleet/timeline';
import type { ErrorCode } from '../errors.js';
import { errorTable } from '../errors.js';
import { exportHeader, versioned } from './header.js';

/** planner → gateway */
export const exportPlanned = z.object({ ...versioned('export.planned'), ...exportHeader, plan });
export type ExportPlanned = z.infer<typeof exportPlanned>;

/** planner → gateway: what has come of a recording that grows, and is not in the plan yet. */
export const exportExtended = z.object({
  ...versioned('export.extended'),
  ...exportHeader,
  /** Which extension this is: 1-based, as `growth.step` of the plan so far said. */
  step: z.number().int().min(1),
  /** All of the plan as it is now, but of its tasks only the new ones. */
  plan,
});
export type ExportExtended = z.infer<typeof exportExtended>;

/** One part of the multipart upload, as the store acknowledged it. */
export const writtenPart = z.object({
  partNumber: z.number().int().min(1).max(10_000),
  etag: z.string().min(1),
  sizeBytes: z.number().int().nonnegative(),
});
export type WrittenPart = z.infer<typeof writtenPart>;

/** Where the output really starts and ends, against the requested cut. Negative start: pre-roll; positive end: overrun. */
export const measuredCut = z.object({
  /** PTS of the first shown frame − requested in. Absent: this task has no start edge. */
  startDeltaTicks: z.number().int().optional(),
  /** End of the last shown frame − requested out. */
  endDeltaTicks: z.number().int().optional(),
  videoFrameCount: z.number().int().nonnegative().optional(),
});
export type MeasuredCut = z.infer<typeof measuredCut>;

/** A segment of a playlist, in bytes `[startByte, endByte)` of the object that the task writes. */
export const madeSegment = measuredCut.extend({
  startByte: z.number().int().nonnegative(),
  endByte: z.number().int().positive(),
  /** From the first shown picture to the end of the last one. */
  durationTicks: z.number().int().nonnegative(),
});
export type MadeSegment = z.infer<typeof madeSegment>;

/** What a task was, and the time a worker had it: the speed that backlogs are measured by. */
export const taskEffort = z.object({
  taskKind,
  workBytes: z.number().int().nonnegative(),
  durationMs: z.number().nonnegative(),
});
export type TaskEffort = z.infer<typeof taskEffort>;

/** worker → gateway */
export const taskCompleted = z.object({
  ...versioned('task.completed'),
  ...exportHeader,
  taskIndex: z.number().int().nonnegative(),
  parts: z.array(writtenPart),
  /** Bytes copied inside the store, without passing a worker. */
  storeCopyBytes: z.number().int().nonnegative(),
  /** Bytes that a worker wrote. */
  workerBytes: z.number().int().nonnegative(),
  /** Of an edit of several clips: only how many pictures the task shows. */
  cut: measuredCut.optional(),
  /** Of an edit of several clips: each clip's cut as far as it lies in the task. */
  clipCuts: z.array(measuredCut.extend({ clipIndex: z.number().int().nonnegative() })).optional(),
  /** Of a task that encodes its edges: how many pictures it has encoded. The others are the source's own. */
  encodedFrameCount: z.number().int().nonnegative().optional(),
  /** Of a task that lists segments: where each lies in what it wrote, and its cut. */
  segments: z.array(madeSegment).optional(),
  /**
   * A task of several that make an mp4 or mov: gzip + base64 of its reports, one for each of its clips (libs/isobmff), for
   * the merge of the header.
   */
  rangeReportBase64: z.string().optional(),
  /** storyboard: what the track beside the sheet is made of. */
  storyboard: storyboardSheet.optional(),
  /** Of the output's first bytes that range 0 of several has left beside it, where encoding them again gives others. */
  headSha256: z.string().optional(),
  /** Of an encode that has the output's first bytes: where this delivery has put them. Absent: at the export's own key. */
  headKey: z.string().optional(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  effort: taskEffort.optional(),
});
export type TaskCompleted = z.infer<typeof taskCompleted>;
/** What of `task.completed` the work itself knows. */
export type TaskReport = Omit<TaskCompleted, 'kind' | 'version' | 'exportId' | 'generation' | 'taskIndex' | 'effort'>;

const errorCode = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);

/** Which piece of work failed. */
export const workRef = z.discriminatedUnion('kind', [
  /** `step`: of the plan of a growing recording; absent: its beginning. */
  z.object({ kind: z.literal('plan'), step: z.number().int().min(1).optional() }),
  z.object({ kind: z.literal('task'), taskIndex: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('assemble') }),
  z.object({ kind: z.literal('cleanup') }),
]);
export type WorkRef = z.infer<typeof workRef>;

/** planner, worker → gateway: one attempt failed. The ledger counts attempts; not retryable or too many ends the export. */
export const attemptFailed = z.object({
  ...versioned('attempt.failed'),
  ...exportHeader,
  work: workRef,
  /** JetStream's count of deliveries of this message, 1-based: makes the report's message id unique. */
  deliveryCount: z.number().int().min(1),
  code: errorCode,
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  retryable: z.boolean(),
});
export type AttemptFailed = z.infer<typeof attemptFailed>;

/**
 * planner, worker → gateway: a message of the ledger's is settled, and its work is still to be done, by whoever has it next.
 * It waits in the ledger meanwhile: in the stream it would look like work that somebody does.
 */
export const workReturned = z.object({
  ...versioned('work.returned'),
  ...exportHeader,
  /** The message's own: of two returns of one message, and of a late one, the second changes nothing. */
  messageId: z.string().min(1),
  /** Of the work, over all its messages, 1-based. */
  deliveryCount: z.number().int().min(1),
  /** When it is sent again. 0: at once. */
  delayMs: z.number().int().nonnegative(),
});
export type WorkReturned = z.infer<typeof workReturned>;
