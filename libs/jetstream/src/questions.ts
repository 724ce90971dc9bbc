import type { NatsConnection } from '@nats-io/transport-node';
import {
  answerSubject,
  ClipfleetError,
  probeAnswered,
  type ProbeAnswered,
  type ProbeRequested,
  workSubject,
} from '@clipfleet/contracts';
import { randomUUID } from 'node:crypto';
import type { OutboxPublisher } from './outbox-publisher.js';

export type Answer = ProbeAnswered['answer'];

/**
 * Questions to the workers that are answered at once or not at all. They go through the work queue: so they wake a pool that
 * sleeps, are seen in its depth, and go to a worker with a free slot. The answer comes by plain NATS.
 */
export class Questions {
  constructor(
    private readonly nc: NatsConnection,
    private readonly outbox: OutboxPublisher,
  ) {}

  /** What is in an object? Throws `not-answered` when `timeoutMs` have passed. */
  async probe(asked: Pick<ProbeRequested, 'source' | 'sizeBytes'>, timeoutMs: number): Promise<Answer> {
    const id = randomUUID();
    const replyTo = answerSubject(id);
    const subscription = this.nc.subscribe(replyTo, { max: 1 });
    const signal = AbortSignal.timeout(timeoutMs);
    signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
    try {
      const question: ProbeRequested = {
        ...{ kind: 'probe.requested', version: 1, exportId: id, generation: 1 },
        ...{ ...asked, replyTo, answerByMs: Date.now() + timeoutMs },
      };
      await this.outbox.publishRaw(workSubject.thumb, question, { msgId: id, signal });
      for await (const message of subscription) return probeAnswered.parse(message.json()).answer;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      subscription.unsubscribe();
    }
    throw new ClipfleetError('not-answered', `no worker answered within ${timeoutMs} ms`);
  }

  /** An answer nobody waits for any more is lost, and that is all right. */
  answer(replyTo: string, answer: Answer): void {
    const message: ProbeAnswered = { kind: 'probe.answered', version: 1, answer };
    this.nc.publish(replyTo, JSON.stringify(message));
  }
}
