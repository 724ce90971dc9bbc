import {
  type AttemptFailed,
  attemptFailed,
  type ExportPlanned,
  exportPlanned,
  eventSubject,
  type TaskCompleted,
  taskCompleted,
} from '@clipfleet/contracts';
import type { z } from 'zod';
import type { OutboxPublisher, Published } from './outbox-publisher.js';

/**
 * What planner and workers tell the ledger. Message ids make a report that a crash repeats one report: a planner or worker that
 * dies between publication and acknowledgement does its work again, and its second report is dropped by the stream.
 */
export class EventPublisher {
  constructor(private readonly outbox: OutboxPublisher) {}

  exportPlanned(message: ExportPlanned, signal?: AbortSignal): Promise<Published> {
    const msgId = `planned:${message.exportId}:${message.generation}`;
    return this.publish(eventSubject.exportPlanned, exportPlanned, message, msgId, signal);
  }

  taskCompleted(message: TaskCompleted, signal?: AbortSignal): Promise<Published> {
    const msgId = `completed:${message.exportId}:${message.generation}:${message.taskIndex}`;
    return this.publish(eventSubject.taskCompleted, taskCompleted, message, msgId, signal);
  }

  /** The runtime's; handlers return an outcome instead. `msgId`: see attemptReport. */
  attemptFailed(message: AttemptFailed, msgId: string, signal?: AbortSignal): Promise<Published> {
    return this.publish(eventSubject.attemptFailed, attemptFailed, message, msgId, signal);
  }

  private async publish<T>(
    subject: string,
    schema: z.ZodType<T>,
    message: T,
    msgId: string,
    signal: AbortSignal | undefined,
  ): Promise<Published> {
    // a message that its reader would refuse is this process's bug: find it here, where it can be told
    return this.outbox.publishRaw(subject, schema.parse(message), { msgId, ...(signal ? { signal } : {}) });
  }
}
