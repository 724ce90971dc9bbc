import { Inject, Injectable } from '@nestjs/common';
import { type ConsumerInfo, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { isMissing, MessageBus, messageTable, type SubjectRow } from '@clipfleet/jetstream';
import { ExportRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { type ConsumerView, contradicts } from './consumer-view.js';

/**
 * nats-server 2.9 writes a stream and its consumers apart. When it was killed they may contradict each other for good: messages
 * lie in the stream that are never delivered; or the consumer waits for acknowledgements of messages that are gone, and counts
 * as backlog for an autoscaler. Such a consumer is made anew: it delivers what is stored, and what was done before is
 * done again without effect.
 */
@Injectable()
export class ConsumerRepair {
  /** By durable name, what contradicted at the last look. */
  private suspects = new Map<string, string>();

  constructor(
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(ExportRepository) private readonly exports: ExportRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * One look. What contradicted at the look before, and has not moved since, is repaired. A consumer that somebody removed is made anew
   * here: a worker that misses its own may not.
   */
  async look(): Promise<void> {
    try {
      await this.compare();
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.logger.warn({ err: error }, 'a stream or a consumer is gone: a new one');
      await this.bus.repairTopology();
    }
  }

  private async compare(): Promise<void> {
    const jsm = await jetstreamManager(this.bus.nc);
    const isQuiet = (await this.exports.countActive()).length === 0;
    const suspects = new Map<string, string>();
    for (const row of messageTable) {
      const found = await contradictionOf(jsm, row, isQuiet);
      if (found === undefined) continue;
      if (this.suspects.get(row.durable) === found) await this.repair(row, found);
      else suspects.set(row.durable, found);
    }
    this.suspects = suspects;
  }

  private async repair(row: SubjectRow, found: string): Promise<void> {
    this.logger.warn({ consumer: row.durable, found }, 'stream and consumer contradict each other: a new consumer');
    await this.bus.recreateConsumer(row);
  }
}

export const viewOf = ({ ack_floor, delivered, num_pending, num_ack_pending }: ConsumerInfo): ConsumerView => ({
  ackFloorSequence: ack_floor.stream_seq,
  deliveredSequence: delivered.stream_seq,
  pendingCount: num_pending,
  ackPendingCount: num_ack_pending,
});

/** As text that stays the same until something is delivered or acknowledged; undefined: there is none. */
const contradictionOf = async (
  jsm: JetStreamManager,
  { stream, durable, subject }: SubjectRow,
  isQuiet: boolean,
): Promise<string | undefined> => {
  const { state } = await jsm.streams.info(stream, { subjects_filter: subject });
  // after the stream: a message that comes in between is one more that the consumer knows
  const info = await jsm.consumers.info(stream, durable);
  if (!contradicts(viewOf(info), state.subjects?.[subject] ?? 0, isQuiet)) return undefined;
  const { delivered, ack_floor, num_ack_pending } = info;
  return `${delivered.consumer_seq} delivered, ${ack_floor.consumer_seq} settled, ${num_ack_pending} under way`;
};
