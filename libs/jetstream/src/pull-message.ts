import { createInbox, nanos, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Delivery } from './delivery.js';

/** The server has no such consumer, or no JetStream right now. */
export class PullRefused extends Error {
  override readonly name = 'PullRefused';
  constructor(
    readonly status: number,
    description: string,
  ) {
    super(`the server refused a pull: ${status} ${description}`);
  }
}

export interface PullFrom {
  stream: string;
  durable: string;
  expiresMs: number;
  /** Where the message is sent to. */
  inboxPrefix: string;
}

/** Beyond the server's own expiry: after that the request was lost with a connection. */
const LOST_AFTER_MS = 2_000;
const DRAIN_MS = 1_000;

/**
 * Waits for one message: a process asks for as many as it has free slots, so nothing waits in a buffer while another process is
 * idle. Undefined: none came in time, or `signal` was aborted. A message that was on its way when the signal fired is returned,
 * not lost: the caller hands it back.
 */
export const pullMessage = (nc: NatsConnection, from: PullFrom, signal: AbortSignal): Promise<Delivery | undefined> =>
  new Promise((resolve, reject) => {
    const inbox = createInbox(from.inboxPrefix);
    const subscription = nc.subscribe(inbox, { max: 1, callback: (error, msg) => finish(() => receive(error, msg)) });
    const giveUp = () => finish(() => resolve(undefined));
    let lost = setTimeout(giveUp, from.expiresMs + LOST_AFTER_MS);
    const stop = () => {
      clearTimeout(lost);
      // while the connection is away nothing can be drained
      lost = setTimeout(giveUp, DRAIN_MS);
      // UNSUB, then what is already on its way: the callback sees it before `drain` resolves
      const drained = nc.isClosed() ? Promise.resolve() : subscription.drain();
      void drained.catch(() => undefined).then(giveUp);
    };
    let finished = false;
    const finish = (how: () => void) => {
      if (finished) return;
      finished = true;
      clearTimeout(lost);
      signal.removeEventListener('abort', stop);
      if (!subscription.isClosed() && !nc.isClosed()) subscription.unsubscribe();
      how();
    };
    const receive = (error: Error | null, msg: Msg) => {
      if (error) return reject(error);
      const status = msg.headers?.code ?? 0;
      if (status === 0) return resolve(new Delivery(nc, msg));
      // 404 no messages, 408 expired: nothing there; else the consumer is gone or the server is not ready
      if (status === 404 || status === 408) return resolve(undefined);
      return reject(new PullRefused(status, msg.headers?.description ?? ''));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();
    const request = JSON.stringify({ batch: 1, expires: nanos(from.expiresMs) });
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${from.stream}.${from.durable}`, request, { reply: inbox });
  });
