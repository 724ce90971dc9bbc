import { type AttemptFailed, EVENT_STREAM, WORK_STREAM } from '@clipfleet/contracts';
import { deadLetters, type Logger } from '@clipfleet/platform';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { z } from 'zod';
import { attemptReport, deliveredTooOften } from './attempt-report.js';
import type { MessageBus } from './message-bus.js';
import { CONTENT_ENCODING, decodeMessage } from './message-codec.js';
import { messageTable, type SubjectRow } from './message-table.js';

/** io.nats.jetstream.advisory.v1.max_deliver */
const advisory = z.object({
  stream: z.string(),
  consumer: z.string(),
  stream_seq: z.number().int(),
  deliveries: z.number().int(),
});
type Advisory = z.infer<typeof advisory>;

/**
 * The server stops delivering a message past max_deliver, but a work queue keeps it: it would count as backlog for ever and pin
 * an autoscaled pool above zero. The runtime gives up before; this takes out what got past it (processes that died each time).
 * One gateway hears each advisory.
 */
export const startMaxDeliveriesBackstop = (bus: MessageBus, logger: Logger): { unsubscribe(): void } => {
  // any gateway may be the one that hears it
  for (const { durable } of messageTable) deadLetters.inc({ kind: durable, reason: 'max-deliveries' }, 0);
  const subscriptions = [WORK_STREAM, EVENT_STREAM].map((stream) =>
    bus.nc.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.*`, {
      queue: 'clipfleet-max-deliveries',
      callback: (_error, msg) => {
        void takeOut(bus, msg.string()).catch((error: unknown) =>
          logger.error({ err: error }, 'a message past its deliveries could not be taken out'),
        );
      },
    }),
  );
  return { unsubscribe: () => subscriptions.forEach((subscription) => subscription.unsubscribe()) };
};

const takeOut = async (bus: MessageBus, text: string): Promise<void> => {
  const told = advisory.parse(JSON.parse(text));
  const row = messageTable.find((r) => r.stream === told.stream && r.durable === told.consumer);
  if (!row) return;
  const jsm = await jetstreamManager(bus.nc);
  const report = await reportOf(jsm, row, told);
  if (report) await bus.events.attemptFailed(report.message, report.msgId);
  await jsm.streams.deleteMessage(told.stream, told.stream_seq);
  deadLetters.inc({ kind: row.durable, reason: 'max-deliveries' });
  bus.logger.error({ subject: row.subject, ...told }, 'a message was delivered too often and was taken out');
};

const reportOf = async (
  jsm: JetStreamManager,
  row: SubjectRow,
  told: Advisory,
): Promise<{ message: AttemptFailed; msgId: string } | undefined> => {
  const { workRef } = row;
  const stored = await jsm.streams.getMessage(told.stream, { seq: told.stream_seq });
  if (!stored || !workRef) return undefined;
  const decoded = await decodeMessage(stored.data, stored.header.get(CONTENT_ENCODING) || undefined).catch(() => null);
  const parsed = row.schema.safeParse(decoded);
  if (!parsed.success) return undefined;
  return attemptReport({
    row: { ...row, workRef },
    message: parsed.data,
    streamSequence: told.stream_seq,
    deliveryCount: told.deliveries,
    error: deliveredTooOften(told.deliveries),
  });
};
