import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Statement } from '../database/ledger-database.js';
import { openTestLedger, type TestLedger } from '../ledger.fixture.js';
import * as sql from './dispatch.statements.js';

describe('the plans of statements that dispatch work', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterAll(() => ledger.close());

  const { waitingSubjects, onTheirWay, releaseTasks, releasePlans, heldOf } = sql;
  it.each(Object.entries({ waitingSubjects, onTheirWay, releaseTasks, releasePlans, heldOf }))(
    '%s reads by indexes also when it was planned on empty tables',
    async (_name, { text }: Statement) => {
      const rows = await ledger.database.dataSource.query<Record<string, string>[]>(`EXPLAIN (GENERIC_PLAN) ${text}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(/Seq Scan on (export|outbox)\b/);
    },
  );
});
