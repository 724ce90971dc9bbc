import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPostgres, startPostgres, waitUntil } from '@clipfleet/local-stack';
import { type Standby, startStandby } from '@clipfleet/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { LedgerDatabase } from '../database/ledger-database.js';
import { LedgerServerRepository } from './ledger-server.repository.js';

const PATIENCE = { timeoutMs: 30_000, everyMs: 100 };

describe('the Postgres server of the ledger', () => {
  let directory: string;
  let postgres: RunningPostgres;
  let standby: Standby | undefined;
  let admin: Client;
  let plain: LedgerDatabase;
  let server: LedgerServerRepository;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-ledger-server-'));
    postgres = await startPostgres({ stateDirectory: directory, durable: false });
    admin = await connect(postgres.url);
    await admin.query("CREATE ROLE gateway LOGIN PASSWORD 'gateway'");
    const url = new URL(postgres.url);
    url.username = url.password = 'gateway';
    plain = await LedgerDatabase.open({ url: url.href, poolSize: 1 });
    server = new LedgerServerRepository(plain);
  });
  afterAll(async () => {
    await plain?.close();
    await admin?.end();
    await standby?.stop();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const grant = (): Promise<unknown> => admin.query('GRANT pg_monitor TO gateway');
  const revoke = (): Promise<unknown> => admin.query('REVOKE pg_monitor FROM gateway');
  const untilStandbys = (count: number) =>
    waitUntil(async () => (await server.look()).standbys === count, { ...PATIENCE, what: `${count} standbys` });

  it('tells who is connected, against what a plain role may have', async () => {
    await grant();
    const before = await server.look();
    expect([before.connections, before.connectionsLimit]).toEqual([2, 197]);
    const others = await Promise.all([connect(postgres.url), connect(postgres.urlOf('postgres'))]);
    expect((await server.look()).connections).toBe(4);
    await Promise.all(others.map((other) => other.end()));
  });

  it('tells no standbys without one, and not that there is none to a role that may not see them', async () => {
    await grant();
    expect(await server.look()).toMatchObject({ standbys: 0, standbyLagBytes: null });
    await revoke();
    expect(await server.look()).toMatchObject({ standbys: null, standbyLagBytes: null });
  });

  it('tells how far a standby is behind that has ceased to replay, until it goes on', async () => {
    await grant();
    standby = await startStandby(postgres);
    const follower = await connect(standby.url);
    await untilStandbys(1);
    await follower.query('SELECT pg_wal_replay_pause()');
    await waitUntil(async () => (await follower.query(`SELECT pg_get_wal_replay_pause_state()`)).rows[0], {
      ...PATIENCE,
      what: 'a pause',
    });
    await admin.query("CREATE TABLE written AS SELECT repeat('x', 1000) FROM generate_series(1, 3000)");
    const { standbyLagBytes } = await server.look();
    expect(standbyLagBytes).toBeGreaterThan(3_000_000);
    await revoke();
    expect((await server.look()).standbyLagBytes).toBeNull();
    await grant();
    await follower.query('SELECT pg_wal_replay_resume()');
    await waitUntil(async () => (await server.look()).standbyLagBytes === 0, { ...PATIENCE, what: 'the standby' });
    await follower.end();
    await standby.stop();
    await untilStandbys(0);
  });

  it('does not take one who copies the log for a standby', async () => {
    const copier = new Client({ connectionString: `${postgres.url}?replication=true` });
    await copier.connect();
    const { rows } = await admin.query('SELECT pg_current_wal_flush_lsn() AS lsn');
    const copying = copier.query(`START_REPLICATION PHYSICAL ${rows[0].lsn}`).catch(() => undefined);
    await waitUntil(async () => (await admin.query('SELECT 1 FROM pg_stat_replication')).rowCount === 1, {
      ...PATIENCE,
      what: 'a walsender',
    });
    expect(await server.look()).toMatchObject({ standbys: 0, standbyLagBytes: null });
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_replication');
    await copying;
    await copier.end().catch(() => undefined);
  });
});

const connect = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
