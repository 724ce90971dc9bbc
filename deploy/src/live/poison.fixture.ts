import { WORK_STREAM, workSubject } from '@clipfleet/contracts';
import { MessageBus, messageTable } from '@clipfleet/jetstream';
import { createLogger } from '@clipfleet/platform';
import { PassThrough } from 'node:stream';

const SEGMENT = messageTable.find(({ subject }) => subject === workSubject.segment)!;

export const connectBus = (natsUrl: string): Promise<MessageBus> => {
  const logger = createLogger({ app: 'poison', level: 'error', destination: new PassThrough().resume() });
  return MessageBus.connect({ natsUrl, name: 'poison', logger });
};

/** Something that no process can read. */
export const publishNonsense = (bus: MessageBus): Promise<unknown> =>
  bus.outbox.publishRaw(SEGMENT.subject, { kind: 'nonsense' }, { msgId: 'nonsense' });

/** The next task of a segment worker, taken and given back as by as many processes as may die of it, without a word. */
export const dieOfNextTask = async (bus: MessageBus): Promise<void> => {
  const consumer = await bus.js.consumers.get(WORK_STREAM, SEGMENT.durable);
  for (let deaths = 0; deaths < SEGMENT.maxDeliveries - 1; deaths++) {
    const message = await consumer.next({ expires: 20_000 });
    if (!message) throw new Error('no task came');
    message.nak();
  }
  await bus.nc.flush();
};
