import { ENDED_BUCKET, EVENT_STREAM, WORK_STREAM } from '@clipfleet/contracts';
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { isDeepStrictEqual } from 'node:util';
import { isApiError, isForbidden, isMissing, retryWhileUnavailable } from './api-errors.js';
import { messageTable, type SubjectRow } from './message-table.js';

export interface TopologyOptions {
  /** Copies of each stream. */
  replicas: number;
  storage: 'file' | 'memory';
  /** A message not heard of for so long is given to another process. Handlers are heartbeated at a third of it. */
  ackWaitMs: number;
}

export const defaultTopology: TopologyOptions = { replicas: 1, storage: 'file', ackWaitMs: 30_000 };

/** How long a repeated message id is recognised: longer than any relay takes to publish again after a crash. */
const DUPLICATE_WINDOW_MS = 5 * 60_000;
const ENDED_TTL_MS = 24 * 3_600_000;
/** Of the whole fleet, not of one process: what is delivered and not yet settled. */
const MAX_ACK_PENDING = 20_000;
/** Each free slot of each process is one waiting pull. */
const MAX_WAITING = 8_192;
/** Past `maxDeliveries`, where the runtime gives up, the server's own stop (see max-deliveries-backstop.ts). */
const MAX_DELIVER_MARGIN = 10;

/**
 * Streams, consumers and the bucket of ended exports, created or brought up to date. Idempotent, and safe when all processes
 * of the fleet do it at once: each step accepts that another one was first. Who may not make them (a worker whose user is let do no more
 * than its work) waits until they are there, as somebody else has made them.
 */
export const ensureTopology = async (nc: NatsConnection, options: Partial<TopologyOptions> = {}): Promise<void> => {
  const all = { ...defaultTopology, ...options };
  await retryWhileUnavailable(async () => {
    const jsm = await jetstreamManager(nc);
    const ensure = async (isThere: () => Promise<unknown>, make: () => Promise<void>): Promise<void> => {
      try {
        await make();
      } catch (error) {
        // what is there and not as we want it is for those to change who may
        if (!isForbidden(error)) throw error;
        await isThere();
      }
    };
    for (const config of streamsOf(all)) {
      await ensure(
        () => jsm.streams.info(config.name),
        () => ensureStream(jsm, config),
      );
    }
    for (const row of messageTable) {
      await ensure(
        () => jsm.consumers.info(row.stream, row.durable),
        () => ensureConsumer(jsm, row, all),
      );
    }
  });
};

type NamedStream = Partial<StreamConfig> & { name: string };

const shared = (options: TopologyOptions): Partial<StreamConfig> => ({
  storage: options.storage === 'file' ? StorageType.File : StorageType.Memory,
  num_replicas: options.replicas,
});

const workQueue = (name: string, subjects: string, options: TopologyOptions): NamedStream => ({
  ...shared(options),
  name,
  subjects: [subjects],
  retention: RetentionPolicy.Workqueue,
  // a full queue refuses: dropping the oldest would lose work
  discard: DiscardPolicy.New,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
});

// ADR-8 of NATS: a bucket is a stream with these settings; creating it here keeps all of the topology in one place
const endedBucket = (options: TopologyOptions): NamedStream => ({
  ...shared(options),
  name: `KV_${ENDED_BUCKET}`,
  subjects: [`$KV.${ENDED_BUCKET}.>`],
  max_msgs_per_subject: 1,
  max_age: nanos(ENDED_TTL_MS),
  discard: DiscardPolicy.New,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  allow_rollup_hdrs: true,
  deny_delete: true,
  allow_direct: true,
});

const streamsOf = (options: TopologyOptions): NamedStream[] => [
  workQueue(WORK_STREAM, 'clipfleet.work.>', options),
  workQueue(EVENT_STREAM, 'clipfleet.event.>', options),
  endedBucket(options),
];

/** JetStream API error codes: stream name already in use with a different configuration. */
const STREAM_NAME_IN_USE = 10_058;

const ensureStream = async (jsm: JetStreamManager, config: NamedStream): Promise<void> => {
  const found = await foundOr(() => jsm.streams.info(config.name));
  if (found && !differs(found.config, config)) return;
  try {
    if (!found) await jsm.streams.add(config);
    else await updateStream(jsm, config);
  } catch (error) {
    // another process was quicker
    if (!isApiError(error, STREAM_NAME_IN_USE)) throw error;
    await updateStream(jsm, config);
  }
};

/** Retention and storage cannot be changed: the server keeps and we keep what is there. */
const updateStream = async (jsm: JetStreamManager, config: NamedStream): Promise<void> => {
  const { name, retention: _retention, storage: _storage, ...changeable } = config;
  await jsm.streams.update(name, changeable);
};

const differs = (
  current: StreamConfig,
  { retention: _retention, storage: _storage, ...wanted }: NamedStream,
): boolean =>
  Object.entries(wanted).some(([key, value]) => !isDeepStrictEqual(current[key as keyof StreamConfig], value));

const foundOr = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const consumerConfig = (row: SubjectRow, options: TopologyOptions): Partial<ConsumerConfig> => ({
  durable_name: row.durable,
  filter_subject: row.subject,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(options.ackWaitMs),
  max_deliver: Number.isFinite(row.maxDeliveries) ? row.maxDeliveries + MAX_DELIVER_MARGIN : -1,
  max_ack_pending: MAX_ACK_PENDING,
  max_waiting: MAX_WAITING,
});

/** Forgets what the consumer knows: it delivers all that is stored, with deliveries counted from 1. */
export const recreateConsumer = async (
  nc: NatsConnection,
  row: SubjectRow,
  options: Partial<TopologyOptions> = {},
): Promise<void> => {
  await makeAnew(await jetstreamManager(nc), row, { ...defaultTopology, ...options });
};

const makeAnew = async (jsm: JetStreamManager, row: SubjectRow, options: TopologyOptions): Promise<void> => {
  await jsm.consumers.delete(row.stream, row.durable).catch((error: unknown) => {
    // another process was quicker
    if (!isMissing(error)) throw error;
  });
  await ensureConsumer(jsm, row, options);
};

/**
 * The stream came back without messages that the consumer has delivered, and counts from where it begins: what is published now
 * would be taken for delivered. The stream is asked after the consumer, so that a message that comes in between is no sign of it.
 */
const isAheadOfStream = async (jsm: JetStreamManager, { stream }: SubjectRow, info: ConsumerInfo): Promise<boolean> => {
  const deliveredSequence = info.delivered.stream_seq;
  return deliveredSequence > 0 && deliveredSequence > (await jsm.streams.info(stream)).state.last_seq;
};

export const ensureConsumer = async (
  jsm: JetStreamManager,
  row: SubjectRow,
  options: TopologyOptions,
): Promise<void> => {
  const config = consumerConfig(row, options);
  try {
    const info = await jsm.consumers.info(row.stream, row.durable);
    if (await isAheadOfStream(jsm, row, info)) return await makeAnew(jsm, row, options);
    const { ack_wait, max_deliver, max_ack_pending } = info.config;
    const current = { ack_wait, max_deliver, max_ack_pending };
    const wanted = {
      ack_wait: config.ack_wait,
      max_deliver: config.max_deliver,
      max_ack_pending: config.max_ack_pending,
    };
    if (JSON.stringify(current) !== JSON.stringify(wanted)) await jsm.consumers.update(row.stream, row.durable, wanted);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await jsm.consumers.add(row.stream, config);
  }
};
