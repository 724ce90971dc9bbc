import { Inject, Injectable } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { WORK_STREAM } from '@clipfleet/contracts';
import { MessageBus, messageTable } from '@clipfleet/jetstream';
import type { StalledMessage } from '@clipfleet/ledger';
import { viewOf } from './consumer-repair.js';
import { settledUpTo } from './consumer-view.js';

/** JetStream's header of the message id. */
const MESSAGE_ID = 'Nats-Msg-Id';

/** A work queue keeps a message until it is settled: one that is not there any more, or that its consumer is done with, is done or lost. */
@Injectable()
export class QueuedMessages {
  constructor(@Inject(MessageBus) private readonly bus: MessageBus) {}

  async has({ exportId, subject, streamSequence }: StalledMessage): Promise<boolean> {
    if (streamSequence === null) return false;
    const jsm = await jetstreamManager(this.bus.nc);
    const stored = await jsm.streams.getMessage(WORK_STREAM, { seq: streamSequence });
    // a stream that was made anew counts from 1 again
    if (!stored?.header.get(MESSAGE_ID).startsWith(exportId)) return false;
    const row = messageTable.find((one) => one.subject === subject);
    if (!row) return true;
    return streamSequence > settledUpTo(viewOf(await jsm.consumers.info(row.stream, row.durable)));
  }
}
