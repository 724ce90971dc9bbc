import { Inject, Injectable } from '@nestjs/common';
import { type ConsumerInfo, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { EVENT_STREAM, WORK_STREAM } from '@clipfleet/contracts';
import { MessageBus, messageTable, type SubjectRow } from '@clipfleet/jetstream';
import type { StalledMessage } from '@clipfleet/ledger';
import { settledUpTo } from './consumer-view.js';

/** JetStream's header of the message id. */
const MESSAGE_ID = 'Nats-Msg-Id';

/**
 * What still waits in the work queues. A queue keeps a message until it is settled; a server that is killed may keep one longer
 * than its consumer remembers it (nats-server 2.9 writes the two apart), which then lies there and is never delivered.
 */
@Injectable()
export class QueuedMessages {
  constructor(@Inject(MessageBus) private readonly bus: MessageBus) {}

  /** False: it is done, or lost. */
  async has({ exportId, subject, streamSequence }: StalledMessage): Promise<boolean> {
    if (streamSequence === null) return false;
    const jsm = await jetstreamManager(this.bus.nc);
    const stored = await jsm.streams.getMessage(WORK_STREAM, { seq: streamSequence });
    // a stream that was made anew counts from 1 again
    if (!stored?.header.get(MESSAGE_ID).startsWith(exportId)) return false;
    const row = messageTable.find((one) => one.subject === subject);
    return row === undefined || streamSequence > settledSequence(await consumerOf(jsm, row));
  }

  /** Takes out what will never be delivered. Returns how many messages. */
  async removeSettled(): Promise<number> {
    const jsm = await jetstreamManager(this.bus.nc);
    let removedCount = 0;
    for (const stream of [WORK_STREAM, EVENT_STREAM]) {
      const { state } = await jsm.streams.info(stream, { subjects_filter: '>' });
      for (const row of messageTable) {
        const storedCount = state.subjects?.[row.subject] ?? 0;
        if (storedCount > 0) removedCount += await removeSettledOf(jsm, row, storedCount);
      }
    }
    return removedCount;
  }
}

const removeSettledOf = async (jsm: JetStreamManager, row: SubjectRow, storedCount: number): Promise<number> => {
  const consumer = await consumerOf(jsm, row);
  if (storedCount <= consumer.num_pending + consumer.num_ack_pending) return 0;
  const sequence = settledSequence(consumer);
  // a purge before sequence 1 would be one of everything
  if (sequence === 0) return 0;
  // up to `seq`, and not including it
  return (await jsm.streams.purge(row.stream, { filter: row.subject, seq: sequence + 1 })).purged;
};

const consumerOf = (jsm: JetStreamManager, { stream, durable }: SubjectRow): Promise<ConsumerInfo> =>
  jsm.consumers.info(stream, durable);

const settledSequence = ({ ack_floor, delivered, num_pending, num_ack_pending }: ConsumerInfo): number =>
  settledUpTo({
    ackFloorSequence: ack_floor.stream_seq,
    deliveredSequence: delivered.stream_seq,
    pendingCount: num_pending,
    ackPendingCount: num_ack_pending,
  });
