import {
  assembleRequested,
  attemptFailed,
  cleanupRequested,
  eventSubject,
  exportExtended,
  exportPlanned,
  exportRequested,
  probeRequested,
  EVENT_STREAM,
  taskCompleted,
  taskRequested,
  WORK_STREAM,
  workReturned,
  workSubject,
  type WorkRef,
} from '@clipfleet/contracts';
import { z } from 'zod';

/** What every message of the two streams has, whatever its kind. */
export interface StreamMessage {
  exportId: string;
  generation: number;
  taskIndex?: number;
  /** Of a request to extend a plan. */
  resume?: { growth: { step: number } };
}

/** All that the runtime knows of a subject. A new subject is one more row of `messageTable`. */
export interface SubjectRow {
  readonly subject: string;
  readonly stream: string;
  /** Name of the durable consumer, and `kind` in metrics. */
  readonly durable: string;
  readonly schema: z.ZodType<StreamMessage>;
  /** Which piece of work a failed attempt is reported for. Absent on events: their failures are nobody's attempts. */
  readonly workRef?: (message: StreamMessage) => WorkRef;
  /** Work on an export that has ended is dropped unseen, and aborted if it runs. */
  readonly voidWhenEnded: boolean;
  /**
   * Deliveries after which a message is given up, whatever became of them; what the ledger sends again is given up before, by the
   * processes that have died of it. Attempts are counted in the ledger, this is only a stop. Infinity: never, losing it would
   * lose truth.
   */
  readonly maxDeliveries: number;
}

const row = (
  stream: string,
  subject: string,
  rest: Omit<SubjectRow, 'stream' | 'subject' | 'durable'>,
): SubjectRow => ({
  stream,
  subject,
  durable: subject.slice(subject.lastIndexOf('.') + 1),
  ...rest,
});

const taskRef = (message: StreamMessage): WorkRef => ({ kind: 'task', taskIndex: message.taskIndex ?? 0 });
const task = { schema: taskRequested, workRef: taskRef, voidWhenEnded: true, maxDeliveries: 30 };
const event = { voidWhenEnded: false, maxDeliveries: Infinity };

export const messageTable: readonly SubjectRow[] = [
  row(WORK_STREAM, workSubject.plan, {
    schema: exportRequested,
    workRef: ({ resume }) => ({ kind: 'plan', ...(resume && { step: resume.growth.step }) }),
    voidWhenEnded: true,
    maxDeliveries: 30,
  }),
  row(WORK_STREAM, workSubject.segment, task),
  row(WORK_STREAM, workSubject.transcode, task),
  // questions wake the same pool
  row(WORK_STREAM, workSubject.thumb, { ...task, schema: z.union([taskRequested, probeRequested]) }),
  row(WORK_STREAM, workSubject.assemble, {
    schema: assembleRequested,
    workRef: () => ({ kind: 'assemble' }),
    voidWhenEnded: false,
    maxDeliveries: 30,
  }),
  row(WORK_STREAM, workSubject.cleanup, {
    schema: cleanupRequested,
    workRef: () => ({ kind: 'cleanup' }),
    voidWhenEnded: false,
    maxDeliveries: 30,
  }),
  row(EVENT_STREAM, eventSubject.exportPlanned, { schema: exportPlanned, ...event }),
  row(EVENT_STREAM, eventSubject.exportExtended, { schema: exportExtended, ...event }),
  row(EVENT_STREAM, eventSubject.taskCompleted, { schema: taskCompleted, ...event }),
  row(EVENT_STREAM, eventSubject.attemptFailed, { schema: attemptFailed, ...event }),
  row(EVENT_STREAM, eventSubject.workReturned, { schema: workReturned, ...event }),
];

const rowBySubject = new Map(messageTable.map((r) => [r.subject, r]));

export const rowOf = (subject: string): SubjectRow => {
  const found = rowBySubject.get(subject);
  if (!found) throw new Error(`${subject} is not a subject of the fleet`);
  return found;
};
