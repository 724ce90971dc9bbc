import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openTestLedger, type TestLedger } from '../ledger.fixture.js';
import { BacklogRepository, standing } from './backlog.repository.js';

const EXPORT_COUNT = 3_000;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger?.close());

const query = (text: string, values: unknown[] = []): Promise<Record<string, string>[]> =>
  ledger.database.dataSource.query<Record<string, string>[]>(text, values);

/** All of them published long ago; then, unseen by the planner, all of them wait. */
const fillWithWaiting = async (): Promise<void> => {
  await query(
    `INSERT INTO export (id, tenant_id, fingerprint, edit, output, request, store_id, bucket, key)
    SELECT gen_random_uuid(), $1, number::text, '{}', '{}', '{}', 'disk', 'exports', number::text FROM generate_series(1, $2::int) number`,
    [ledger.tenantId, EXPORT_COUNT],
  );
  await query(`INSERT INTO outbox (export_id, generation, subject, message_id, payload, tenant_id, priority, cost)
    SELECT id, 1, 'subject', id, '{}', tenant_id, 0, 1 FROM export`);
  await query('VACUUM ANALYZE export, outbox');
  await query('UPDATE outbox SET held = true');
};

it('what stands still is found by the messages of each export, also when the planner last saw that none waits', async () => {
  await fillWithWaiting();
  const plan = (await query(`EXPLAIN ${standing.text}`)).map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index Scan using outbox_export/);
  expect(plan).not.toContain('outbox_waiting');
  const states = await new BacklogRepository(ledger.database).standing();
  expect(states).toEqual([{ state: 'queued', count: EXPORT_COUNT, idleMs: 0 }]);
});
