import { Inject, Injectable } from '@nestjs/common';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { MessageBus, messageTable, type SubjectRow } from '@clipfleet/jetstream';
import { LOGGER, type Logger, queueAckPending, queueOldestAgeSeconds, queuePending } from '@clipfleet/platform';
import { ReadGauges } from './read-gauges.js';

const EVERY_MS = 5_000;

/** How much waits in each queue, and how long. The API answers for a consumer from its leader: any gateway tells the truth. */
@Injectable()
export class QueueDepth extends ReadGauges {
  constructor(
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ gauges: [queuePending, queueAckPending, queueOldestAgeSeconds], everyMs: EVERY_MS, logger });
  }

  override async read(): Promise<void> {
    const jsm = await jetstreamManager(this.bus.nc);
    for (const row of messageTable) {
      const kind = row.durable;
      const { num_pending, num_ack_pending, delivered } = await jsm.consumers.info(row.stream, row.durable);
      queuePending.set({ kind }, num_pending);
      queueAckPending.set({ kind }, num_ack_pending);
      const oldestMs = num_pending === 0 ? undefined : await storedAtMs(jsm, row, delivered.stream_seq + 1);
      queueOldestAgeSeconds.set({ kind }, oldestMs === undefined ? 0 : Math.max(0, Date.now() - oldestMs) / 1000);
    }
  }
}

/** When the stream got the first message of a subject from `sequence` on; undefined: a worker has taken it meanwhile. */
const storedAtMs = async (
  jsm: JetStreamManager,
  { stream, subject }: SubjectRow,
  sequence: number,
): Promise<number | undefined> => {
  // NATS ADR-17: the next message of a subject; the client's type does not know it yet
  const query = { seq: sequence, next_by_subj: subject };
  const message = await jsm.streams.getMessage(stream, query);
  return message?.time.getTime();
};
