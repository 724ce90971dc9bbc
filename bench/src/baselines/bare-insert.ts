import { Pool } from 'pg';
import { randomUUID } from 'node:crypto';

/** As the gateway's pool. */
const POOL_SIZE = 16;
/** As many callers as the load on the gateway has connections. */
const CALLERS = 64;

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

  /** Rows a second. */
  async run(body: () => string, durationSeconds: number): Promise<number> {
    await this.pool.query('TRUNCATE bench_insert');
    const startedMs = performance.now();
    const endMs = startedMs + durationSeconds * 1000;
    let rows = 0;
    const call = async (): Promise<void> => {
      while (performance.now() < endMs) {
        await this.pool.query({ ...INSERT, values: [randomUUID(), body()] });
        rows += 1;
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    return rows / ((performance.now() - startedMs) / 1000);
  }

  async close(): Promise<void> {
    await this.pool.query('DROP TABLE IF EXISTS bench_insert');
    await this.pool.end();
  }
}
