import { SpanKind } from '@opentelemetry/api';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { withChildSpan } from '@clipfleet/platform';
import { ledgerEntities } from '../tenant/tenant.entities.js';
import { ledgerMigrations } from '../migrations/index.js';
import { assertNoneMissing, migrationsMissing } from './migrations-missing.js';
import { isRetryable } from './sql-states.js';

/** Hand-written SQL under a name: the server plans it once a connection. */
export interface Statement {
  name: string;
  text: string;
  /** For a rare one that reads much: planned at each call, for the tables as they are then. */
  isPlannedAnew?: true;
}

/** Where statements run: the pool, or one transaction. */
export interface SqlRunner {
  query<R extends QueryResultRow>(statement: Statement, values: unknown[]): Promise<R[]>;
}

export interface LedgerDatabaseOptions {
  url: string;
  poolSize?: number;
  /** How long a statement waits for a server that restarts before its error is the caller's. */
  retryForMs?: number;
  /** Told of errors of idle connections and of retries; never of values. */
  onWarning?: OnWarning;
}

export type OnWarning = (message: string, error: unknown) => void;

const SCHEMA_LOOK_MS = 500;
const retryDelaysMs = [20, 100, 250, 500, 1000];

/** The pool of TypeORM's Postgres driver: repositories where they are convenient, plain SQL on the hot paths. */
export class LedgerDatabase implements SqlRunner {
  private constructor(
    readonly dataSource: DataSource,
    private readonly pool: Pool,
    private readonly retryForMs: number,
    private readonly onWarning: OnWarning,
  ) {}

  static async open(options: LedgerDatabaseOptions): Promise<LedgerDatabase> {
    const onWarning = options.onWarning ?? (() => undefined);
    const dataSource = createDataSource(options);
    const retryForMs = options.retryForMs ?? 10_000;
    await retrying(() => dataSource.initialize(), retryForMs, onWarning);
    const pool = (dataSource.driver as unknown as { master: Pool }).master;
    return new LedgerDatabase(dataSource, pool, retryForMs, onWarning);
  }

  query<R extends QueryResultRow>(statement: Statement, values: unknown[]): Promise<R[]> {
    return traced(statement, () =>
      retrying(
        async () => (await this.pool.query<R>(configOf(statement, values))).rows,
        this.retryForMs,
        this.onWarning,
      ),
    );
  }

  /** BEGIN … COMMIT on one connection. Not retried: `work` may have done things outside. */
  transaction<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work(runnerOf(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    });
  }

  /**
   * Runs `work` while a connection holds the advisory lock `key`; undefined at once when another holds it.
   * The lock is the session's and ends with the process, however that ends. It also ends when the connection is lost under
   * `work`: what runs here must be safe twice, the lock only saves the double work.
   */
  withAdvisoryLock<T>(key: number, work: () => Promise<T>): Promise<T | undefined> {
    return this.withClient(async (client) => {
      const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [key]);
      if (!rows[0].held) return undefined;
      try {
        return await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [key]);
      }
    });
  }

  /** A connection of one's own; thrown away when it broke or when its state is not known. */
  private async withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // A connection that is lost while no statement runs on it emits `error`; unheard, that would end the process.
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      if (isRetryable(error)) broken ??= error as Error;
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** For readiness: one round trip, no retry. Throws without a server, and on a schema that is older than this version of the code. */
  async assertReady(): Promise<void> {
    const query: SqlRunner['query'] = async (statement, values) =>
      (await this.pool.query(configOf(statement, values))).rows;
    assertNoneMissing(await migrationsMissing({ query }));
  }

  /** While somebody else migrates: until the schema is what this version of the code needs. Throws after `forMs`. */
  async awaitSchema(forMs: number): Promise<void> {
    const giveUpAtMs = performance.now() + forMs;
    for (let looks = 0; ; looks++) {
      try {
        return assertNoneMissing(await migrationsMissing(this));
      } catch (error) {
        if (performance.now() > giveUpAtMs) throw error;
        if (looks === 0) this.onWarning('waiting for who migrates', error);
        await delay(SCHEMA_LOOK_MS);
      }
    }
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

/**
 * Statements are planned once a connection. Left to itself, the server plans one again at each call when a known parameter lets
 * it drop a branch (`$4 IS NULL`): for the one that creates exports that took longer than running it. They are written so that
 * their plans do not depend on the values.
 */
const keepPlans = async (client: PoolClient): Promise<void> => {
  await client.query('SET plan_cache_mode = force_generic_plan');
};

export const createDataSource = (options: { url: string; poolSize?: number; onWarning?: OnWarning }): DataSource =>
  new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: 'clipfleet',
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 5_000,
    entities: ledgerEntities,
    migrations: ledgerMigrations,
    migrationsTableName: 'schema_migration',
    synchronize: false,
    poolErrorHandler: (error: unknown) => options.onWarning?.('an idle connection failed', error),
    extra: { onConnect: keepPlans },
  });

const runnerOf = (client: PoolClient): SqlRunner => ({
  query: <R extends QueryResultRow>(statement: Statement, values: unknown[]) =>
    traced(statement, async () => (await client.query<R>(configOf(statement, values))).rows),
});

/** The server keeps the plan of a statement that has a name. */
const configOf = ({ name, text, isPlannedAnew }: Statement, values: unknown[]): QueryConfig =>
  isPlannedAnew ? { text, values } : { name, text, values };

/** A span by the name of the statement; never its values. */
const traced = <T>({ name }: Statement, run: () => Promise<T>): Promise<T> =>
  withChildSpan(`ledger ${name}`, () => ({ 'db.system.name': 'postgresql' }), run, { kind: SpanKind.CLIENT });

/** Sends again what may be sent again, for `forMs` at the most. */
export const retrying = async <T>(run: () => Promise<T>, forMs: number, onWarning: OnWarning): Promise<T> => {
  const giveUpAtMs = performance.now() + forMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const delayMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)];
      if (!isRetryable(error) || performance.now() + delayMs > giveUpAtMs) throw error;
      onWarning(`sending a statement again in ${delayMs} ms`, error);
      await delay(delayMs);
    }
  }
};
