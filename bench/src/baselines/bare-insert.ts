import { Pool } from 'pg';
import { randomUUID } from 'node:crypto';
import type { LoadFigures, LoadSize } from '../load/load-sides.js';
import { percentile } from '@clipfleet/local-stack';

/** As the gateway's pool. */
const POOL_SIZE = 16;

const CREATE = 'CREATE TABLE IF NOT EXISTS bench_insert (id uuid PRIMARY KEY, body jsonb NOT NULL)';
const INSERT = { name: 'bench-insert', text: 'INSERT INTO bench_insert (id, body) VALUES ($1, $2)' };

/** Rows of one prepared INSERT each, committed one by one, on the server that keeps the ledger: what no gateway can exceed. */
export class BareInsert {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool({ connectionString: url, max: POOL_SIZE });
  }

  async prepare(): Promise<void> {
    await this.pool.query(CREATE);
  }

  /** As many callers as the load on the gateway has connections. */
  async run(body: () => string, { connections, durationSeconds }: LoadSize): Promise<LoadFigures> {
    await this.pool.query('TRUNCATE bench_insert');
    const startedMs = performance.now();
    const endMs = startedMs + durationSeconds * 1000;
    const latenciesMs: number[] = [];
    const call = async (): Promise<void> => {
      while (performance.now() < endMs) {
        const sentMs = performance.now();
        await this.pool.query({ ...INSERT, values: [randomUUID(), body()] });
        latenciesMs.push(performance.now() - sentMs);
      }
    };
    await Promise.all(Array.from({ length: connections }, call));
    const answered = latenciesMs.length;
    const perSecond = answered / ((performance.now() - startedMs) / 1000);
    return { answered, perSecond, p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
  }

  async close(): Promise<void> {
    await this.pool.query('DROP TABLE IF EXISTS bench_insert');
    await this.pool.end();
  }
}
