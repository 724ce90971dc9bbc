import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { demo } from '@clipfleet/cli/demo/demo-recording';
import { WORK_STREAM } from '@clipfleet/contracts';
import { ExportRepository, LedgerDatabase, seedTenant } from '@clipfleet/ledger';
import { LocalStack, removeMovedPostgres } from '@clipfleet/local-stack';
import { createStores, type ObjectStore } from '@clipfleet/object-store';
import { cpuMeter, type CpuMeter } from '../measure/cpu-time.js';

export const RECORDINGS: string = demo.bucket;
export const EXPORTS = 'exports';

/** No case may run into the limit of a tenant: what is measured is the work. */
const MAX_ACTIVE_EXPORTS = 1_000_000;
const MAX_REQUESTS_PER_SECOND = 1_000_000;
const END_EXPORTS = [
  `UPDATE export SET state = 'cancelled', ended_at = now(), updated_at = now(), valid_until = now() WHERE ended_at IS NULL`,
  'DELETE FROM outbox WHERE held',
  'UPDATE outbox SET published_at = now() WHERE published_at IS NULL',
  'VACUUM ANALYZE export, outbox',
];
/** Longer than a batch of the outbox is on its way. */
const RELAY_MS = 1_500;

export interface BenchStackOptions {
  /** Of this run alone: removed by {@link BenchStack.stop}. */
  stateDirectory: string;
  store: 'file' | 's3';
  onProgress: (text: string) => void;
}

/** The local stack with one tenant and the store as its apps see it. */
export class BenchStack {
  private constructor(
    readonly fleet: LocalStack,
    readonly store: ObjectStore,
    readonly tenantId: string,
    readonly token: string,
    readonly stateDirectory: string,
    readonly cpu: CpuMeter,
    /** Pids of processes that a case brings, by name: their time is measured with the fleet's. */
    readonly morePids: Map<string, number>,
  ) {}

  static async start({ stateDirectory, store, onProgress }: BenchStackOptions): Promise<BenchStack> {
    mkdirSync(stateDirectory, { recursive: true });
    const fleet = await LocalStack.start({
      stateDirectory,
      store,
      onStep: (what, work) => {
        onProgress(what);
        return work();
      },
    });
    try {
      const objects = createStores([fleet.store.config]).get(fleet.store.config.id);
      for (const bucket of [RECORDINGS, EXPORTS]) await objects.ensureBucket(bucket);
      const token = randomBytes(16).toString('hex');
      const tenantId = await seed(fleet, 'bench', token);
      const morePids = new Map<string, number>();
      const cpu = cpuMeter(() => ({ bench: process.pid, ...fleetPids(fleet), ...Object.fromEntries(morePids) }));
      return new BenchStack(fleet, objects, tenantId, token, stateDirectory, cpu, morePids);
    } catch (error) {
      await stopFleet(fleet, stateDirectory);
      throw error;
    }
  }

  get url(): string {
    return this.fleet.url;
  }

  countExports(): Promise<number> {
    return this.count('export');
  }

  /** Exports that have not begun, because it is not their turn. */
  countWaiting(): Promise<number> {
    return this.count('outbox WHERE held AND task_index IS NULL');
  }

  /** Who may do the same as the bench; the token. */
  async addTenant(slug: string): Promise<string> {
    const token = randomBytes(16).toString('hex');
    await seed(this.fleet, slug, token);
    return token;
  }

  private count(what: string): Promise<number> {
    return withLedger(this.fleet, async ({ dataSource }) => {
      const rows = await dataSource.query<{ count: string }[]>(`SELECT count(*) FROM ${what}`);
      return Number(rows[0].count);
    });
  }

  /** Every unfinished one, as its tenant would. */
  cancelExports(): Promise<void> {
    return withLedger(this.fleet, async (ledger) => {
      const exports = new ExportRepository(ledger);
      for (const { id } of await exports.list(this.tenantId, { limit: 100 }))
        await exports.cancel(this.tenantId, id, 0);
    });
  }

  /**
   * Ends all of them where they are, by SQL: cancelling a hundred thousand through the API would take longer than the bench.
   * They stay in the ledger, which is then one that has been in use, and that knows its own size.
   */
  async endExports(): Promise<void> {
    const nats = await connect({ servers: this.fleet.nats.url });
    const purge = async (): Promise<unknown> => (await jetstreamManager(nats)).streams.purge(WORK_STREAM);
    try {
      await withLedger(this.fleet, async ({ dataSource }) => {
        for (const statement of END_EXPORTS) await dataSource.query(statement);
      });
      await purge();
      // what the relay had on its way
      await delay(RELAY_MS);
      await purge();
    } finally {
      await nats.close();
    }
  }

  async stop(): Promise<void> {
    await this.store.close();
    await stopFleet(this.fleet, this.stateDirectory);
  }
}

const stopFleet = async (fleet: LocalStack, stateDirectory: string): Promise<void> => {
  await fleet.stop();
  removeMovedPostgres(stateDirectory);
  rmSync(stateDirectory, { recursive: true, force: true });
};

const withLedger = async <T>(fleet: LocalStack, work: (ledger: LedgerDatabase) => Promise<T>): Promise<T> => {
  const ledger = await LedgerDatabase.open({ url: fleet.postgres.url, poolSize: 1 });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
};

const seed = (fleet: LocalStack, slug: string, token: string): Promise<string> => {
  const storeId = fleet.store.config.id;
  const grants = [
    { storeId, bucket: RECORDINGS, prefix: '', canRead: true, canWrite: false },
    { storeId, bucket: EXPORTS, prefix: '', canRead: true, canWrite: true },
  ];
  const limits = { maxActiveExports: MAX_ACTIVE_EXPORTS, maxRequestsPerSecond: MAX_REQUESTS_PER_SECOND };
  return withLedger(fleet, (ledger) => seedTenant(ledger, { slug, token, limits, grants }));
};

/** Those of the S3 server are its own script's and are left out. */
const fleetPids = (fleet: LocalStack): Record<string, number> =>
  Object.fromEntries(
    [...fleet.apps, ['postgres', fleet.postgres] as const, ['nats', fleet.nats] as const].map(([name, server]) => [
      name,
      server.process().pid,
    ]),
  );

/** A directory beside what `./clipfleet up` keeps, so that `./clipfleet reset` removes what a killed run left. */
export const benchDirectory = (repositoryRoot: string): string =>
  path.join(path.resolve(process.env['CLIPFLEET_STATE'] ?? path.join(repositoryRoot, '.clipfleet')), 'bench');
