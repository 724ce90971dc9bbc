import { Inject, Injectable } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { WORK_STREAM } from '@clipfleet/contracts';
import { MessageBus } from '@clipfleet/jetstream';
import type { StalledMessage } from '@clipfleet/ledger';

/** JetStream's header of the message id. */
const MESSAGE_ID = 'Nats-Msg-Id';

/** A work queue keeps a message until it is settled: one that is not there any more is done, or lost. */
@Injectable()
export class QueuedMessages {
  constructor(@Inject(MessageBus) private readonly bus: MessageBus) {}

  async has(message: StalledMessage): Promise<boolean> {
    if (message.streamSequence === null) return false;
    const jsm = await jetstreamManager(this.bus.nc);
    const stored = await jsm.streams.getMessage(WORK_STREAM, { seq: message.streamSequence });
    // a stream that was made anew counts from 1 again
    return stored?.header.get(MESSAGE_ID).startsWith(message.exportId) ?? false;
  }
}
