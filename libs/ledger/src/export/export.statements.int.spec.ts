import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@clipfleet/testing';
import { LedgerDatabase, type Statement } from '../database/ledger-database.js';
import * as sql from './export.statements.js';

describe('the plans of statements that look up one export', () => {
  let server: TestDatabase;
  let database: LedgerDatabase;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await LedgerDatabase.open({ url: server.url });
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
    ['findForPoll', sql.findForPoll],
  ])('%s reads by the fingerprint, never all exports of a tenant', async (_name, statement) => {
    const plan = await planOf(statement);
    expect(plan).toMatch(/Index Scan using export_fingerprint/);
    expect(plan).not.toContain('export_newest');
    expect(plan).not.toMatch(/Seq Scan on export\b/);
  });

  it('createOrFind reads by the idempotency key', async () => {
    expect(await planOf(sql.createOrFind)).toMatch(/Index Scan using export_idempotency_key/);
  });
});
