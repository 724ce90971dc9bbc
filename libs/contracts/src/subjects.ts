/** Streams, subjects and buckets of the fleet: the only place where their names stand. */

/** Work queue: each message is one unit of work for one kind of process. */
export const WORK_STREAM = 'CLIPFLEET_WORK';
/** What workers and planner tell the ledger. */
export const EVENT_STREAM = 'CLIPFLEET_EVENT';

export const workSubject = {
  plan: 'clipfleet.work.plan',
  segment: 'clipfleet.work.segment',
  transcode: 'clipfleet.work.transcode',
  thumb: 'clipfleet.work.thumb',
  assemble: 'clipfleet.work.assemble',
  cleanup: 'clipfleet.work.cleanup',
} as const;
export type WorkKind = keyof typeof workSubject;

export const eventSubject = {
  exportPlanned: 'clipfleet.event.export-planned',
  exportExtended: 'clipfleet.event.export-extended',
  taskCompleted: 'clipfleet.event.task-completed',
  attemptFailed: 'clipfleet.event.attempt-failed',
  workReturned: 'clipfleet.event.work-returned',
} as const;

/** Plain NATS, not stored: losing one costs a late progress bar, nothing else. */
export const liveSubject = {
  progress: 'clipfleet.live.progress',
  exportChanged: 'clipfleet.live.export-changed',
} as const;

/** Plain NATS: where the answer to one question is sent. */
export const answerSubject = (id: string): string => `_INBOX.answer.${id}`;

/**
 * JetStream KV: exports that have ended (completed, failed, cancelled). Workers watch it and stop work on them.
 * A put is a publish to `$KV.<bucket>.<exportId>`, so the outbox can write it like any message.
 */
export const ENDED_BUCKET = 'clipfleet_ended';
export const endedKeySubject = (exportId: string): string => `$KV.${ENDED_BUCKET}.${exportId}`;
