import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@clipfleet/platform';

export interface ConnectNatsOptions {
  /** Comma separated, as in CLIPFLEET_NATS_URL. */
  url: string;
  /** Shown by the server beside the connection. */
  name: string;
  logger: Logger;
  /** How long to wait for the first connection. Later ones are waited for without end. */
  firstConnectMs?: number;
}

/** `nats://user:password@host:port`, `nats://token@host`, `tls://…` → what the client takes. */
export const parseNatsUrl = (url: string): Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'token' | 'tls'> => {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const { username, password, protocol } = urls[0];
  const user = decodeURIComponent(username);
  const credentials = password ? { user, pass: decodeURIComponent(password) } : { token: user };
  return {
    servers: urls.map((one) => `${one.hostname}:${one.port || '4222'}`),
    ...(username ? credentials : {}),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
  };
};

/** A user of one app may be let read what is answered to that app, and nothing else (deploy/values/nats.yaml). */
export const inboxPrefixOf = (name: string): string => `_INBOX.${name}`;

const RETRY_MS = 500;

/** Connects, then stays connected: reconnects without end. */
export const connectNats = async (options: ConnectNatsOptions): Promise<NatsConnection> => {
  const giveUpAtMs = Date.now() + (options.firstConnectMs ?? 60_000);
  for (;;) {
    try {
      return await connect({
        ...parseNatsUrl(options.url),
        name: options.name,
        inboxPrefix: inboxPrefixOf(options.name),
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 250,
        // a server that refuses us now (credentials being rotated) may take us later
        ignoreAuthErrorAbort: true,
        pingInterval: 10_000,
      });
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
      options.logger.warn({ err: error }, 'NATS is not reachable yet');
      await delay(RETRY_MS);
    }
  }
};
