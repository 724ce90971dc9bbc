import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestLedger, planOf, runOf, taskResult, type TestLedger } from '../ledger.fixture.js';

const MINUTE_MS = 60_000;

describe('SweepRepository', () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openTestLedger();
  });
  afterEach(() => ledger.close());

  it('finds the published messages of work that has not ended and on which nothing happened', async () => {
    const running = await ledger.running(3);
    await ledger.work.completeTask(runOf(running), 1, taskResult(1));
    const planning = await ledger.create();
    await ledger.drain();
    const fresh = await ledger.create();
    await ledger.drain();
    for (const record of [running, planning]) await ledger.age(record.id, 11 * MINUTE_MS);
    const stalled = await ledger.sweep.stalled(10 * MINUTE_MS, 100);
    expect(stalled.map((message) => [message.exportId, message.taskIndex, message.subject])).toEqual([
      [running.id, 0, 'clipfleet.work.segment'],
      [running.id, 2, 'clipfleet.work.segment'],
      [planning.id, null, 'clipfleet.work.plan'],
    ]);
    expect(stalled.some((message) => message.exportId === fresh.id)).toBe(false);
  });

  it('makes the outbox publish them again under a new id, and counts attempts of the new message', async () => {
    const record = await ledger.running(1);
    const attempt = {
      work: { kind: 'task', taskIndex: 0 } as const,
      deliveryCount: 1,
      retryable: true,
      maxAttempts: 2,
      validForMs: 0,
      code: 'internal' as const,
      message: 'm',
      details: {},
    };
    await ledger.work.failAttempt(runOf(record), attempt);
    await ledger.age(record.id, 11 * MINUTE_MS);
    await ledger.sweep.redrive(await ledger.sweep.stalled(10 * MINUTE_MS, 100));
    expect(await ledger.sweep.stalled(10 * MINUTE_MS, 100)).toEqual([]);
    expect((await ledger.drain()).map((message) => message.messageId)).toEqual([`${record.id}:1:0:r1`]);
    expect((await ledger.work.failAttempt(runOf(record), attempt))?.state).toBe('failed');
  });

  it('does not ask again about what was looked at and is alive', async () => {
    const record = await ledger.running(1);
    await ledger.age(record.id, 11 * MINUTE_MS);
    await ledger.sweep.touch([record.id]);
    expect(await ledger.sweep.stalled(10 * MINUTE_MS, 100)).toEqual([]);
  });

  it('finds what is over the deadline', async () => {
    const old = await ledger.create();
    await ledger.create();
    await ledger.age(old.id, 61 * MINUTE_MS);
    expect(await ledger.sweep.overdue(60 * MINUTE_MS, 10)).toEqual([{ exportId: old.id, generation: 1 }]);
  });

  it('purges work and then exports of long ago, but none whose upload is not settled', async () => {
    const record = await ledger.create();
    const uploadRow = await ledger.open(record);
    await ledger.work.recordPlan(runOf(record), planOf(2), 'u');
    await ledger.exports.cancel(ledger.tenantId, record.id, 0);
    await ledger.drain();
    await ledger.age(record.id, 61 * MINUTE_MS);
    const { work } = await ledger.sweep.workOfLongAgo(60 * MINUTE_MS, 10);
    expect(work).toEqual([
      {
        ...{ id: record.id, generation: 1, destination: record.destination },
        strategy: 'ts-parts',
        hadTempHead: false,
      },
    ]);
    await ledger.sweep.purgeWork([record.id]);
    expect(await ledger.sweep.workOfLongAgo(60 * MINUTE_MS, 10)).toEqual({ work: [], last: undefined });
    expect(await ledger.sweep.purgeExports(60 * MINUTE_MS, 10)).toBe(0);
    expect(await ledger.uploads.giveUp(uploadRow)).toBe(true);
    await ledger.uploads.aborted(uploadRow);
    expect(await ledger.sweep.purgeExports(60 * MINUTE_MS, 10)).toBe(1);
    expect(await ledger.exports.find(record.id)).toBeUndefined();
  });

  it('passes by work that stays, batch by batch, also where many messages were published at once', async () => {
    const records = [await ledger.create(), await ledger.create(), await ledger.create()];
    await ledger.drain();
    for (const { id } of records) {
      await ledger.exports.cancel(ledger.tenantId, id, 0);
      await ledger.age(id, 61 * MINUTE_MS);
    }
    const seen: string[] = [];
    let next = await ledger.sweep.workOfLongAgo(60 * MINUTE_MS, 2);
    for (; next.last; next = await ledger.sweep.workOfLongAgo(60 * MINUTE_MS, 2, next.last))
      seen.push(...next.work.map(({ id }) => id));
    expect(seen.toSorted()).toEqual(records.map(({ id }) => id).toSorted());
  });

  it('keeps an export as long as the work of a merged header is there', async () => {
    const record = await ledger.create();
    await ledger.work.recordPlan(runOf(record), { ...planOf(1), header: 'merge' }, undefined);
    await ledger.exports.cancel(ledger.tenantId, record.id, 0);
    await ledger.drain();
    await ledger.age(record.id, 61 * MINUTE_MS);
    expect(await ledger.sweep.purgeExports(60 * MINUTE_MS, 10)).toBe(0);
    await ledger.sweep.purgeWork([record.id]);
    expect(await ledger.sweep.purgeExports(60 * MINUTE_MS, 10)).toBe(1);
  });

  describe('orphaned uploads', () => {
    it('are those whose export ended, has a newer run, or never recorded the plan', async () => {
      const ended = await ledger.create();
      const renewed = await ledger.create();
      const opening = await ledger.create();
      const live = await ledger.create();
      const lost = await ledger.create();
      const ids = new Map<string, string>();
      for (const record of [ended, renewed, opening, live, lost]) {
        const upload = await ledger.uploads.begin(runOf(record));
        ids.set(record.id, upload!.id);
        if (record !== opening) await ledger.uploads.opened(upload!.id, `u-${record.id}`);
        if (record !== opening && record !== lost)
          await ledger.work.recordPlan(runOf(record), planOf(1), `u-${record.id}`);
      }
      await ledger.exports.cancel(ledger.tenantId, ended.id, 0);
      await ledger.work.restart(runOf(renewed), 3);
      expect(await ledger.uploads.orphans(MINUTE_MS, { limit: 10 })).toEqual([]);
      for (const record of [ended, renewed, opening, live, lost]) await ledger.age(record.id, 2 * MINUTE_MS);
      const orphans = await ledger.uploads.orphans(MINUTE_MS, { limit: 10 });
      const expected = [ended, renewed, opening, lost].map((record) => ids.get(record.id));
      expect(new Set(orphans.map((upload) => upload.id))).toEqual(new Set(expected));
    });

    it('are not begun for a run that no longer waits for its plan', async () => {
      const record = await ledger.running(1);
      expect(await ledger.uploads.begin(runOf(record))).toBeUndefined();
    });
  });
});
