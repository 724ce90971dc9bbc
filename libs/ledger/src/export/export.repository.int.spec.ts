import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportStatus } from './export-record.js';
import { newExport, openTestLedger, outputTo, planOf, runOf, testEdit, type TestLedger } from '../ledger.fixture.js';

describe('ExportRepository', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterAll(() => ledger.close());

  describe('createOrFind', () => {
    it('makes one row and one message of 100 identical requests at once', async () => {
      const input = newExport(ledger.tenantId);
      const answers = await Promise.all(Array.from({ length: 100 }, () => ledger.exports.createOrFind(input)));
      expect(answers.filter((answer) => answer.isNew)).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.export.id)).size).toBe(1);
      const messages = await ledger.drain();
      expect(messages).toHaveLength(1);
      expect(messages[0].messageId).toBe(`${answers[0].export.id}:1`);
    });

    it('tells everything that was given, and the message carries it to the planner', async () => {
      const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const { export: created } = await ledger.exports.createOrFind(
        newExport(ledger.tenantId, { fingerprint: 'f1', idempotencyKey: 'k1', traceParent, priority: 3 }),
      );
      const record = (await ledger.exports.find(created.id))!;
      expect(record).toMatchObject(withoutReading(created));
      expect(record).toMatchObject({
        fingerprint: 'f1',
        idempotencyKey: 'k1',
        state: 'queued',
        generation: 1,
        priority: 3,
        edit: testEdit,
        output: outputTo('clips/a.ts'),
        request: { userId: 'u' },
        destination: { storeId: 'local', bucket: 'out', key: 'clips/a.ts' },
        endedAtMs: null,
      });
      expect(Math.abs(record.acceptedAtMs - Date.now())).toBeLessThan(60_000);
      const [message] = await ledger.drain();
      expect(message.subject).toBe('clipfleet.work.plan');
      expect(message.headers).toEqual({ traceparent: traceParent });
      expect(JSON.parse(message.payloadJson)).toEqual({
        kind: 'export.requested',
        version: 1,
        exportId: record.id,
        generation: 1,
        edit: testEdit,
        output: outputTo('clips/a.ts'),
        readable: [{ storeId: 'local', bucket: 'in', prefix: 'live/' }],
        acceptedAtMs: Math.floor(record.acceptedAtMs),
      });
    });

    it('keeps texts that Postgres cannot keep', async () => {
      const record = await ledger.create({ request: { name: 'a\u0000b\ud800' } });
      expect(record.request).toEqual({ name: 'a\ufffdb\ufffd' });
    });

    it('answers with an ended export while it is valid, then makes a new one, once', async () => {
      const input = newExport(ledger.tenantId);
      const { export: first } = await ledger.exports.createOrFind(input);
      await ledger.work.fail(runOf(first), { code: 'gap', message: 'm', details: {}, validForMs: 60_000 });
      expect((await ledger.exports.createOrFind(input)).export).toMatchObject({ id: first.id, state: 'failed' });
      await ledger.age(first.id, 61_000);
      expect(await ledger.exports.findForPoll(ledger.tenantId, input.fingerprint)).toBeUndefined();
      const again = await Promise.all(Array.from({ length: 20 }, () => ledger.exports.createOrFind(input)));
      expect(again.filter((answer) => answer.isNew)).toHaveLength(1);
      expect(new Set(again.map((answer) => answer.export.id)).size).toBe(1);
      expect(again[0].export.id).not.toBe(first.id);
      expect((await ledger.exports.status(first.id))?.state).toBe('failed');
    });

    it('finds an export by its idempotency key after it has stopped answering, and refuses the key for another request', async () => {
      const input = newExport(ledger.tenantId, { idempotencyKey: 'k2' });
      const { export: first } = await ledger.exports.createOrFind(input);
      await ledger.exports.cancel(ledger.tenantId, first.id, 0);
      await ledger.age(first.id, 1000);
      expect((await ledger.exports.createOrFind(input)).export.id).toBe(first.id);
      await expect(ledger.exports.createOrFind({ ...input, fingerprint: 'other' })).rejects.toMatchObject({
        code: 'bad-parameter',
      });
    });

    it('refuses beyond the limit of unfinished exports, but still finds', async () => {
      const tenantId = await ledger.tenants.seed({ slug: 'small', grants: [] });
      const first = newExport(tenantId, { maxActiveExports: 2 });
      await ledger.exports.createOrFind(first);
      const second = await ledger.exports.createOrFind(newExport(tenantId, { maxActiveExports: 2 }));
      const third = newExport(tenantId, { maxActiveExports: 2 });
      await expect(ledger.exports.createOrFind(third)).rejects.toMatchObject({ code: 'too-many-exports' });
      expect((await ledger.exports.createOrFind(first)).isNew).toBe(false);
      await ledger.exports.cancel(tenantId, second.export.id, 0);
      expect((await ledger.exports.createOrFind(third)).isNew).toBe(true);
    });
  });

  it('shows a tenant only its own exports, newest first, page by page', async () => {
    const tenantId = await ledger.tenants.seed({ slug: 'lister', grants: [] });
    const made = [];
    for (let index = 0; index < 5; index++)
      made.push((await ledger.exports.createOrFind(newExport(tenantId))).export.id);
    const first = await ledger.exports.list(tenantId, { limit: 3 });
    const second = await ledger.exports.list(tenantId, { limit: 3, beforeId: first[2].id });
    expect([...first, ...second].map((record) => record.id).toSorted()).toEqual(made.toSorted());
    expect([...first, ...second].map((record) => record.id)).toEqual(made.toSorted().toReversed());
    expect(await ledger.exports.list(tenantId, { limit: 3, state: 'failed' })).toEqual([]);
  });

  describe('cancel', () => {
    it('ends an unfinished export once, and tells workers and cleanup', async () => {
      const record = await ledger.running(2);
      expect(await ledger.exports.cancel(ledger.tenantId, record.id, 60_000)).toMatchObject({
        state: 'cancelled',
        errorCode: 'cancelled',
      });
      expect(await ledger.exports.cancel(ledger.tenantId, record.id, 60_000)).toBeUndefined();
      const messages = await ledger.drain();
      expect(messages.map((message) => message.subject).toSorted()).toEqual([
        `$KV.clipfleet_ended.${record.id}`,
        'clipfleet.work.cleanup',
      ]);
    });

    it('does nothing to the export of another tenant, or to one that has ended', async () => {
      const other = await ledger.tenants.seed({ slug: 'other', grants: [] });
      const record = await ledger.create();
      expect(await ledger.exports.cancel(other, record.id, 0)).toBeUndefined();
      await ledger.work.fail(runOf(record), { code: 'gap', message: 'm', details: {}, validForMs: 0 });
      expect(await ledger.exports.cancel(ledger.tenantId, record.id, 0)).toBeUndefined();
      expect((await ledger.exports.find(record.id))?.state).toBe('failed');
    });

    it('leaves nothing to a plan that comes too late', async () => {
      const record = await ledger.create();
      await ledger.open(record);
      await ledger.exports.cancel(ledger.tenantId, record.id, 0);
      expect(await ledger.work.recordPlan(runOf(record), planOf(1), 'u')).toBeUndefined();
    });
  });
});

/** What the ledger has of it, whoever asks and when. */
const withoutReading = ({ readAtMs: _readAtMs, growingCoverage: _growingCoverage, ...record }: ExportStatus) => record;
