import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { LocalStackError } from './local-stack-error.js';
import { logPathOf, startProcess, type ManagedProcess } from './managed-process.js';
import { claimPort } from './ports.js';
import { postgresBinaries } from './postgres-binaries.js';
import { postgresDirectory } from './postgres-directory.js';
import { processCommandLine } from './process-identity.js';
import type { RunningServer } from './running-server.js';
import { unprivilegedUser } from './unprivileged-user.js';
import { waitUntil } from './wait-until.js';

export interface PostgresOptions {
  stateDirectory: string;
  port?: number;
  /** false: no fsync, for tests. A killed server still loses nothing; a machine that loses power would. */
  durable?: boolean;
}

export interface RunningPostgres extends RunningServer {
  /** The superuser's connection to the database `clipfleet`. */
  readonly url: string;
  urlOf(database: string): string;
}

const USER = 'clipfleet';
const DATABASE = 'clipfleet';

/** Postgres on 127.0.0.1 with its data in `<state>/postgres`; creates the cluster and the database when there is none. */
export const startPostgres = async (options: PostgresOptions): Promise<RunningPostgres> => {
  const user = unprivilegedUser();
  const binaries = postgresBinaries(user);
  const directory = postgresDirectory(options.stateDirectory, user);
  const dataDirectory = path.join(directory, 'data');
  const password = passwordOf(options.stateDirectory);
  const port = await claimPort(options.port, 'Postgres');
  if (!existsSync(path.join(dataDirectory, '.initialised'))) {
    createCluster(binaries, directory, password, options.stateDirectory);
  }
  const urlOf = (database: string): string => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

  const start = async (): Promise<ManagedProcess> => {
    removeStaleLock(dataDirectory);
    const child = startProcess({
      name: 'postgres',
      stateDirectory: options.stateDirectory,
      command: path.join(binaries, 'bin', 'postgres'),
      args: ['-D', dataDirectory, '-h', '127.0.0.1', '-p', String(port), ...settings(options.durable ?? true)],
      ...user,
      // "fast" shutdown: ends sessions, then writes a checkpoint; SIGTERM would wait for clients to leave
      stopSignal: 'SIGINT',
      graceMs: 15_000,
    });
    try {
      await ensureDatabase(urlOf('postgres'), child);
    } catch (error) {
      await child.stop();
      throw error;
    }
    return child;
  };

  let child = await start();
  return {
    name: 'postgres',
    port,
    url: urlOf(DATABASE),
    urlOf,
    process: () => child,
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await start();
    },
  };
};

const settings = (durable: boolean): string[] =>
  [
    // no socket file: its path would be limited to 107 bytes, and nobody needs it
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=64MB',
    'log_min_messages=warning',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off']),
  ].flatMap((setting) => ['-c', setting]);

const passwordOf = (stateDirectory: string): string => {
  const file = path.join(stateDirectory, 'postgres-password');
  if (!existsSync(file)) {
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
};

const createCluster = (binaries: string, directory: string, password: string, stateDirectory: string): void => {
  const user = unprivilegedUser();
  const dataDirectory = path.join(directory, 'data');
  const passwordFile = path.join(directory, 'initdb-password');
  // an initdb that was interrupted leaves half a cluster, which it would refuse to touch
  rmSync(dataDirectory, { recursive: true, force: true });
  mkdirSync(dataDirectory, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const file of [dataDirectory, passwordFile]) chownSync(file, user.uid, user.gid);
  const made = spawnSync(
    path.join(binaries, 'bin', 'initdb'),
    [
      ...['-D', dataDirectory, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--no-instructions', '--no-sync'],
    ],
    { encoding: 'utf8', cwd: '/', ...user },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    const log = logPathOf(stateDirectory, 'postgres');
    mkdirSync(path.dirname(log), { recursive: true });
    writeFileSync(log, `${made.stdout}${made.stderr}${made.error ?? ''}\n`, { flag: 'a' });
    throw new LocalStackError('start-failed', `initdb failed: ${(made.stderr || String(made.error)).trim()}`);
  }
  writeFileSync(path.join(dataDirectory, '.initialised'), '');
};

/** A killed server leaves postmaster.pid; should another process have its pid by now, Postgres would refuse to start. */
const removeStaleLock = (dataDirectory: string): void => {
  const lock = path.join(dataDirectory, 'postmaster.pid');
  if (!lstatSync(lock, { throwIfNoEntry: false })) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (processCommandLine(pid)?.includes(dataDirectory)) {
    throw new LocalStackError('already-running', `another Postgres (pid ${pid}) is running on ${dataDirectory}`);
  }
  rmSync(lock, { force: true });
};

const ensureDatabase = async (url: string, child: ManagedProcess): Promise<void> => {
  const client = await waitUntil(
    async () => {
      if (!child.isRunning()) return 'ended';
      const client = new Client({ connectionString: url });
      try {
        await client.connect();
        return client;
      } catch (error) {
        await client.end().catch(() => {});
        throw error;
      }
    },
    { timeoutMs: 30_000, what: 'Postgres to accept connections' },
  );
  if (client === 'ended') return child.assertRunning();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
};
