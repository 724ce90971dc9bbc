import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { testPostgresUrl } from './test-servers.js';

export interface TestDatabase {
  url: string;
  /** Ends the sessions that are still open, too. */
  drop(): Promise<void>;
}

const TEMPLATE = 'clipfleet_template';
/** Any number, the same in every test process. */
const TEMPLATE_LOCK = 20_240_001;

/** A database of its own for a test file: a clone (some 30 ms) of one that was migrated once per run. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(async (client) => {
    await ensureTemplate(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      onServer(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
};

/** An empty database without any table, for tests of the migrations themselves. */
export const createEmptyTestDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const run = (statement: string): Promise<void> =>
    onServer(async (client) => {
      await client.query(statement);
    });
  await run(`CREATE DATABASE ${name} TEMPLATE template0`);
  return { url: urlOf(name), drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};

/** The first test file of the run migrates; the others wait for it. The rename makes a half-migrated one invisible. */
const ensureTemplate = async (client: Client): Promise<void> => {
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount) return;
    const building = `${TEMPLATE}_building`;
    await client.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${building} TEMPLATE template0`);
    await migrate(urlOf(building));
    await client.query(`ALTER DATABASE ${building} RENAME TO ${TEMPLATE}`);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
};

const migrate = async (url: string): Promise<void> => {
  // loaded here, so that tests without a database do not pay for TypeORM
  const { runMigrations } = await import('@clipfleet/ledger');
  await runMigrations(url);
};

const urlOf = (database: string): string => {
  const url = new URL(testPostgresUrl());
  url.pathname = `/${database}`;
  return url.href;
};

const onServer = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
