import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalStackError } from './local-stack-error.js';
import { startProcess, type ManagedProcess } from './managed-process.js';
import { claimPort, findFreePorts } from './ports.js';
import type { RunningServer } from './running-server.js';
import { waitUntil } from './wait-until.js';

export interface NatsOptions {
  stateDirectory: string;
  port?: number;
  /** Of the run record, log and data folder; for more than one server in a state directory. */
  name?: string;
}

export interface RunningNats extends RunningServer {
  readonly url: string;
  readonly monitoringUrl: string;
}

/** A plan of a 24 h recording, compressed, is about 1 MB, the server's default limit; 8 MB is the most NATS recommends. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

/** Of the fleet, on whichever server. */
export const NATS_ACCOUNT = 'CLIPFLEET';

const STORE_BYTES = 8 * 1024 ** 3;

/** nats-server with JetStream on 127.0.0.1, its streams in `<state>/nats`. */
export const startNats = async (options: NatsOptions): Promise<RunningNats> => {
  const name = options.name ?? 'nats';
  const port = await claimPort(options.port, 'NATS');
  const monitoringPort = await findFreePorts(1);
  const storeDirectory = path.join(options.stateDirectory, name);
  mkdirSync(storeDirectory, { recursive: true });
  const configPath = path.join(storeDirectory, 'nats-server.conf');
  writeFileSync(configPath, configuration({ port, monitoringPort, storeDirectory, name }));
  const monitoringUrl = `http://127.0.0.1:${monitoringPort}`;

  const start = async (): Promise<ManagedProcess> => {
    const child = startProcess({
      name,
      stateDirectory: options.stateDirectory,
      command: natsServerPath(),
      args: ['-c', configPath],
      // SIGTERM ends it in order; 2.9 exits with code 1 then, which nobody asks for
      graceMs: 10_000,
    });
    try {
      await waitUntil(
        async () => {
          if (!child.isRunning()) return true;
          return (await fetch(`${monitoringUrl}/healthz`)).ok;
        },
        { timeoutMs: 15_000, what: 'nats-server to be healthy' },
      );
      child.assertRunning();
    } catch (error) {
      await child.stop();
      throw error;
    }
    return child;
  };

  let child = await start();
  return {
    name,
    port,
    url: `nats://127.0.0.1:${port}`,
    monitoringUrl,
    process: () => child,
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await start();
    },
  };
};

const configuration = (at: { port: number; monitoringPort: number; storeDirectory: string; name: string }): string =>
  [
    `server_name: ${JSON.stringify(at.name)}`,
    `listen: "127.0.0.1:${at.port}"`,
    `http: "127.0.0.1:${at.monitoringPort}"`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(at.storeDirectory)}`,
    // limits, not reservations: without them the server takes three quarters of the free memory and disk as its own to give
    '  max_memory_store: 268435456',
    `  max_file_store: ${STORE_BYTES}`,
    '}',
    // of an account alone its clients can ask how much it may store
    `accounts { ${NATS_ACCOUNT} {`,
    `  jetstream { max_store: ${STORE_BYTES} }`,
    '  users: [{ user: clipfleet, password: clipfleet }]',
    '} }',
    // who comes without a name: nobody but this machine reaches it
    'no_auth_user: clipfleet',
    '',
  ].join('\n');

/** Debian puts it into /usr/sbin, which is not on every user's PATH. */
export const natsServerPath = (): string => {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];
  const found = folders.map((folder) => path.join(folder, 'nats-server')).find((file) => existsSync(file));
  if (found) return found;
  throw new LocalStackError(
    'missing-program',
    'nats-server is not installed (Debian, Ubuntu: apt-get install nats-server; macOS: brew install nats-server)',
  );
};
