import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALL_FILES } from '@clipfleet/contracts';
import type { Statement } from '../database/ledger-database.js';
import * as exportSql from '../export/export.statements.js';
import { openTestLedger, type TestLedger } from '../ledger.fixture.js';
import { pageSql } from '../file/file-listing.js';
import * as sweepSql from '../sweep/sweep.statements.js';
import { orphansStatement } from '../upload/upload.repository.js';
import { EXPIRED_COUNT, fillLedger, RETENTION_MS, UNFINISHED_COUNT } from './full-ledger.fixture.js';
import { readingOf, type Value } from './read-rows.fixture.js';

/** `npm run test:volume` asks for 2,000,000. */
const EXPORT_COUNT = Number(process.env['CLIPFLEET_VOLUME_EXPORTS'] ?? 100_000);
const HOUR_MS = 3_600_000;
const LIMIT = 50;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
  const { fillMs } = await fillLedger(ledger, EXPORT_COUNT);
  if (process.env['CLIPFLEET_VOLUME_EXPORTS'])
    process.stdout.write(`${EXPORT_COUNT} exports made in ${Math.round(fillMs / 1000)} s\n`);
}, 1_800_000);
afterAll(() => ledger?.close());

const fingerprintOf = async (condition: string): Promise<{ id: string; fingerprint: string; tenant_id: string }> => {
  const text = `SELECT id, fingerprint, tenant_id FROM export WHERE ${condition} LIMIT 1`;
  const [found] =
    await ledger.database.dataSource.query<{ id: string; fingerprint: string; tenant_id: string }[]>(text);
  return found;
};

const expectToRead = async (statement: Statement, values: Value[], mostRows: number): Promise<void> => {
  const { scans, rowCount } = await readingOf(ledger.database, statement, values);
  expect([...scans].filter((scan) => /^(export|outbox|task|upload|file) whole/.test(scan))).toEqual([]);
  expect({ rowCount, scans: rowCount <= mostRows ? 'few' : [...scans] }).toEqual({
    rowCount: expect.any(Number),
    scans: 'few',
  });
};

describe(`in a ledger of ${EXPORT_COUNT} exports`, () => {
  it('a poll reads its row', async () => {
    const { fingerprint, tenant_id: tenantId } = await fingerprintOf('ended_at IS NULL');
    await expectToRead(exportSql.findForPoll, [tenantId, fingerprint], 2);
    const old = await fingerprintOf(`state = 'completed'`);
    await expectToRead(exportSql.statusById, [old.id], 1);
  });

  it.each([undefined, 'completed', 'failed', 'cancelled', 'running', 'queued'] as const)(
    'a page of the list reads a page, of state %s',
    async (state) => {
      const { tenantId } = ledger;
      const { id } = await fingerprintOf(`tenant_id = '${tenantId}' ORDER BY id OFFSET ${EXPORT_COUNT / 2}`);
      const most = 3 * LIMIT + UNFINISHED_COUNT;
      for (const before of [null, id]) await expectToRead(exportSql.listOf(state), [tenantId, before, LIMIT], most);
    },
  );

  it('a page of the files reads a page', async () => {
    const text = (values: unknown[]) =>
      pageSql({ condition: ALL_FILES, newestFirst: true, limit: LIMIT, offset: 0 }, undefined, values);
    await expectToRead({ name: 'files', text: text([]) }, [ledger.tenantId, LIMIT, 0], 3 * LIMIT);
  });

  it('counting what is under way reads what is under way', async () => {
    await expectToRead(exportSql.countActive, [], 2 * UNFINISHED_COUNT);
    await expectToRead(exportSql.countActiveOfTenant, [ledger.tenantId, 100], 100);
  });

  const { stalled, overdue, workOfLongAgo, purgeWork, purgeExports } = sweepSql;
  it('looking for what stands still reads the messages of what is under way', async () => {
    await expectToRead(stalled, [HOUR_MS / 6, LIMIT], 10 * UNFINISHED_COUNT);
    await expectToRead(overdue, [HOUR_MS, LIMIT], 2 * UNFINISHED_COUNT);
    await expectToRead(orphansStatement, [HOUR_MS / 60, LIMIT, []], 4 * UNFINISHED_COUNT);
  });

  it('looking for work of long ago reads a batch of it, not the exports whose work is gone', async () => {
    await expectToRead(workOfLongAgo(LIMIT), [HOUR_MS, '-infinity', '0'], 10 * LIMIT + 10 * UNFINISHED_COUNT);
    const { publishedAt, messageId } = (await ledger.sweep.workOfLongAgo(HOUR_MS, 10 * LIMIT)).last!;
    await expectToRead(workOfLongAgo(LIMIT), [HOUR_MS, publishedAt, messageId], 10 * LIMIT);
  });

  it('deleting reads what it deletes', async () => {
    const { work } = await ledger.sweep.workOfLongAgo(HOUR_MS, LIMIT);
    expect(work.length).toBeGreaterThan(0);
    await expectToRead(purgeWork, [work.map(({ id }) => id)], 20 * LIMIT);
    await expectToRead(purgeExports, [RETENTION_MS, LIMIT], 20 * LIMIT);
  });

  it('old exports go batch by batch, and no others', async () => {
    const { sweep } = ledger;
    let count = 0;
    for (let deleted = 1; deleted > 0; count += deleted) deleted = await sweep.purgeExports(RETENTION_MS, 400);
    expect(count).toBe(EXPIRED_COUNT);
    expect(await fingerprintOf(`ended_at < now() - ${RETENTION_MS} * interval '1 ms'`)).toBeUndefined();
  });
});
