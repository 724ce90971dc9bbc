import {
  type AttemptFailed,
  attemptFailed,
  type ExportExtended,
  exportExtended,
  type ExportPlanned,
  exportPlanned,
  eventSubject,
  type TaskCompleted,
  taskCompleted,
  type WorkReturned,
  workReturned,
} from '@clipfleet/contracts';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { OutboxPublisher, Published } from './outbox-publisher.js';

/**
 * What planner and workers tell the ledger. A message id makes one message of a publication that is tried several times, and no
 * more: work that is done again tells its report again, since the first one may be lost with the server that took it. The
 * ledger takes one of them.
 */
export class EventPublisher {
  constructor(private readonly outbox: OutboxPublisher) {}

  exportPlanned(message: ExportPlanned, signal?: AbortSignal): Promise<Published> {
    const msgId = `planned:${message.exportId}:${message.generation}:${randomUUID()}`;
    return this.publish(eventSubject.exportPlanned, exportPlanned, message, msgId, signal);
  }

  exportExtended(message: ExportExtended, signal?: AbortSignal): Promise<Published> {
    const msgId = `extended:${message.exportId}:${message.generation}:${message.step}:${randomUUID()}`;
    return this.publish(eventSubject.exportExtended, exportExtended, message, msgId, signal);
  }

  taskCompleted(message: TaskCompleted, signal?: AbortSignal): Promise<Published> {
    const msgId = `completed:${message.exportId}:${message.generation}:${message.taskIndex}:${randomUUID()}`;
    return this.publish(eventSubject.taskCompleted, taskCompleted, message, msgId, signal);
  }

  /** The runtime's; handlers return an outcome instead. `msgId`: see attemptReport. */
  attemptFailed(message: AttemptFailed, msgId: string, signal?: AbortSignal): Promise<Published> {
    return this.publish(eventSubject.attemptFailed, attemptFailed, message, msgId, signal);
  }

  /** The runtime's too. */
  workReturned(message: WorkReturned, signal?: AbortSignal): Promise<Published> {
    const msgId = `returned:${message.messageId}:${randomUUID()}`;
    return this.publish(eventSubject.workReturned, workReturned, message, msgId, signal);
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
