import type { JetStreamClient } from '@nats-io/jetstream';
import { headers as createHeaders, type NatsConnection } from '@nats-io/transport-node';
import { type Destination, withProducerSpan } from '@clipfleet/platform';
import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from './api-errors.js';
import { assertPublishable, encodeJson } from './message-codec.js';

export interface PublishOptions {
  /** The stream stores a message id once in its duplicate window: publishing again after a crash is harmless. */
  msgId: string;
  /** `traceparent` among them makes the publication part of that trace. */
  headers?: Readonly<Record<string, string>>;
  /** Without one, tried until the stream has the message. */
  signal?: AbortSignal;
}

export interface Published {
  /** The stream had this message id already. */
  duplicate: boolean;
  streamSequence: number;
}

/** A publication sent while the connection breaks is lost: ask again soon, the message id makes it one message. */
const FIRST_ACK_TIMEOUT_MS = 1_000;
const LONGEST_ACK_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** Into a stream, by subject: what a transactional outbox relays (`$KV.` subjects too), and the base of the other publishers. */
export class OutboxPublisher {
  constructor(
    private readonly nc: NatsConnection,
    private readonly js: JetStreamClient,
  ) {}

  /** Resolves when the stream has the message. Large ones travel compressed; one over the server's limit is a ClipfleetError. */
  publishRaw(subject: string, payload: unknown, options: PublishOptions): Promise<Published> {
    return this.publishJson(subject, JSON.stringify(payload), options);
  }

  /** The same for a payload that is JSON already. */
  async publishJson(subject: string, json: string, options: PublishOptions): Promise<Published> {
    const encoded = await encodeJson(json);
    assertPublishable(subject, encoded.data.length, this.nc.info?.max_payload ?? 1024 * 1024);
    const headers = createHeaders();
    for (const [name, value] of Object.entries({ ...options.headers, ...encoded.headers })) headers.set(name, value);
    const attributes = { 'messaging.message.id': options.msgId, 'messaging.message.body.size': encoded.data.length };
    return withProducerSpan(destinationOf(subject), headers, attributes, () =>
      untilAcknowledged(async (tryCount) => {
        const timeout = Math.min(LONGEST_ACK_TIMEOUT_MS, FIRST_ACK_TIMEOUT_MS * (tryCount + 1));
        const publishOptions = { msgID: options.msgId, headers, timeout };
        const ack = await this.js.publish(subject, encoded.data, publishOptions);
        return { duplicate: ack.duplicate, streamSequence: ack.seq };
      }, options.signal),
    );
  }
}

/** The last word of a key of a bucket is an id. */
const destinationOf = (subject: string): Destination =>
  subject.startsWith('$KV.') ? { name: subject, template: subject.replace(/[^.]+$/, '{key}') } : { name: subject };

const untilAcknowledged = async <T>(
  publish: (tryCount: number) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  for (let tryCount = 0; ; tryCount++) {
    signal?.throwIfAborted();
    try {
      return await publish(tryCount);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tryCount, 10));
      // an abort ends the wait; the loop tells it
      await delay(waitMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
};
