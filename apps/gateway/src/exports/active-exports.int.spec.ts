import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ExportRepository, LedgerDatabase, NewExports, TenantRepository } from '@clipfleet/ledger';
import { createTestDatabase, type TestDatabase } from '@clipfleet/testing';
import { submissionOf } from '../gateway.fixture.js';
import { ActiveExports } from './active-exports.js';

const LIMIT = 320;
const GATEWAYS = 12;
/** Statements that count at the same instant do not see each other: as many as the ledger runs at once. */
const CONNECTIONS = 10;

let server: TestDatabase;
let database: LedgerDatabase;
beforeAll(async () => {
  server = await createTestDatabase();
  database = await LedgerDatabase.open({ url: server.url, poolSize: CONNECTIONS });
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

it('a burst that comes to many gateways at once keeps to the limit of its tenant', async () => {
  const tenantId = await new TenantRepository(database).seed({ slug: 'burst', token: 'b', grants: [] });
  const exports = new ExportRepository(database);
  const gateway = () => {
    const active = new ActiveExports((id, limit) => exports.countActiveOf(id, limit));
    const newExports = new NewExports(exports);
    return async (): Promise<void> => {
      const input = { ...submissionOf(tenantId, 'out', {}), fingerprint: randomBytes(32).toString('hex') };
      const isCounted = !(await active.letsThrough(tenantId, LIMIT));
      await newExports
        .createOrFind({ ...input, ...(isCounted && { maxActiveExports: LIMIT }) })
        .finally(() => isCounted || active.recorded(tenantId));
    };
  };
  const submits = Array.from({ length: GATEWAYS }, gateway);
  const requests = Array.from({ length: 50 }, () => submits.map((submit) => submit())).flat();
  const codes = (await Promise.allSettled(requests)).map((result) =>
    result.status === 'fulfilled' ? 'accepted' : (result.reason as { code: string }).code,
  );
  expect(new Set(codes)).toEqual(new Set(['accepted', 'too-many-exports']));
  const acceptedCount = codes.filter((code) => code === 'accepted').length;
  expect(acceptedCount).toBeGreaterThanOrEqual(LIMIT);
  expect(acceptedCount).toBeLessThan(LIMIT + (GATEWAYS * LIMIT) / 64 + CONNECTIONS);
});
