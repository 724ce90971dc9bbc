import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@clipfleet/testing';
import { LedgerDatabase, type Statement } from '../database/ledger-database.js';
import { createMany, createOne, findMany } from './create-many.statements.js';
import * as sql from './export.statements.js';

describe('the plans of statements that look up one export', () => {
  let server: TestDatabase;
  let database: LedgerDatabase;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await LedgerDatabase.open({ url: server.url, poolSize: 1 });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  /** As a connection keeps it. On the empty table, where every index costs the same. */
  const planOf = async ({ text }: Statement): Promise<string> => {
    const rows = await database.dataSource.query<Record<string, string>[]>(`EXPLAIN (GENERIC_PLAN) ${text}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it.each([
    ['createOrFind', sql.createOrFind],
    ['findMany', findMany],
    ['findForPoll', sql.findForPoll],
  ])('%s reads by the fingerprint, never all exports of a tenant', async (_name, statement) => {
    const plan = await planOf(statement);
    expect(plan).toMatch(/Index Scan using export_fingerprint/);
    expect(plan).not.toContain('export_newest');
    // all of an index, without a fingerprint or id to begin at
    expect(plan).not.toMatch(/Index (Only )?Scan (using|on) export_(fingerprint|pkey)[^\n]*\n(?! *Index Cond)/);
    expect(plan).not.toMatch(/Seq Scan on export\b/);
  });

  it.each([
    ['createMany', createMany],
    ['createOne', createOne],
  ])('%s reads by indexes where what is under way is counted, and nothing else', async (_name, statement) => {
    const plan = await planOf(statement);
    expect(plan).not.toMatch(/Seq Scan on (export|outbox)\b/);
    expect(plan).not.toContain('export_fingerprint');
  });

  it('list reads on from where the page before ended', async () => {
    expect(await planOf(sql.listOf())).toMatch(/Index Cond: .*id < COALESCE/);
  });

  it('are kept: none is made again for the values of a call', async () => {
    const values = ['00000000-0000-0000-0000-000000000000', 'f'.repeat(64)];
    for (let call = 0; call < 10; call++) await database.query(sql.findForPoll, values);
    const plans = await database.query<{ custom: string }>(
      { name: 'plans', text: `SELECT custom_plans AS custom FROM pg_prepared_statements WHERE name = $1` },
      [sql.findForPoll.name],
    );
    expect(plans).toEqual([{ custom: '0' }]);
  });

  it('createOrFind reads by the idempotency key', async () => {
    expect(await planOf(sql.createOrFind)).toMatch(/Index Scan using export_idempotency_key/);
  });
});
