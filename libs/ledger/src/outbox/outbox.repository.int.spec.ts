import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import { openTestLedger, runOf, planOf, type TestLedger } from '../ledger.fixture.js';
import { LedgerDatabase } from '../database/ledger-database.js';
import { OutboxRepository, type OutboxMessage } from './outbox.repository.js';

const acknowledge = async (messages: OutboxMessage[]) => messages.map(({ id }) => ({ id, streamSequence: 7 }));

describe('OutboxRepository', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterAll(() => ledger.close());

  it('moves an export to planning when its first message is in the stream', async () => {
    const record = await ledger.create();
    const { takenCount, moved } = await ledger.outbox.publishBatch(10, acknowledge);
    expect(takenCount).toBe(1);
    expect(moved).toEqual([{ id: record.id, fingerprint: record.fingerprint }]);
    expect((await ledger.exports.find(record.id))?.state).toBe('planning');
  });

  it('does not take an export back that its plan has overtaken', async () => {
    const record = await ledger.create();
    await ledger.open(record);
    await ledger.work.recordPlan(runOf(record), planOf(1), 'u');
    await ledger.release();
    expect((await ledger.outbox.publishBatch(10, acknowledge)).moved).toEqual([]);
    expect((await ledger.exports.find(record.id))?.state).toBe('running');
  });

  it('offers again what was taken and not published', async () => {
    const record = await ledger.create();
    await expect(ledger.outbox.publishBatch(10, () => Promise.reject(new Error('no stream')))).rejects.toThrow(
      'no stream',
    );
    expect((await ledger.exports.find(record.id))?.state).toBe('queued');
    expect(await ledger.outbox.backlog()).toMatchObject({ count: 1 });
    expect((await ledger.drain()).map((message) => message.exportId)).toEqual([record.id]);
  });

  it('offers again only those of a batch that were not published', async () => {
    await ledger.create();
    await ledger.create();
    await ledger.outbox.publishBatch(10, async (messages) => [{ id: messages[0].id }]);
    expect(await ledger.drain()).toHaveLength(1);
    expect(await ledger.drain()).toEqual([]);
  });

  it('sends the message that a row brings as that of one that brings none', async () => {
    const record = await ledger.create();
    const [read] = await ledger.drain();
    const { dataSource } = ledger.database;
    await dataSource.query('UPDATE outbox SET published_at = NULL, payload = $2 WHERE export_id = $1', [
      record.id,
      read.payloadJson,
    ]);
    expect(await ledger.drain()).toEqual([read]);
    expect(JSON.parse(read.payloadJson)).toMatchObject({ exportId: record.id, generation: 1, edit: record.edit });
  });

  it('asks for the plan of its own generation, also when the next has begun', async () => {
    const record = await ledger.create();
    await ledger.work.restart(runOf(record), 3);
    const asked = (await ledger.drain()).filter(({ subject }) => subject === workSubject.plan);
    expect(asked.map(({ payloadJson }) => JSON.parse(payloadJson).generation)).toEqual([1, 2]);
  });

  it('gives two gateways different messages', async () => {
    for (let index = 0; index < 6; index++) await ledger.create();
    const seen: string[] = [];
    let release = (): void => undefined;
    const bothHold = new Promise<void>((resolve) => (release = resolve));
    let holding = 0;
    const take = async (messages: OutboxMessage[]) => {
      seen.push(...messages.map((message) => message.id));
      if (++holding === 2) release();
      await bothHold;
      return acknowledge(messages);
    };
    await Promise.all([ledger.outbox.publishBatch(3, take), ledger.outbox.publishBatch(3, take)]);
    expect(new Set(seen).size).toBe(6);
  });

  it('frees what a gateway held whose connection was cut', async () => {
    const record = await ledger.create();
    const url = (ledger.database.dataSource.options as { url: string }).url;
    const dying = await LedgerDatabase.open({ url, poolSize: 1 });
    const cut = new OutboxRepository(dying).publishBatch(10, async (messages) => {
      await ledger.database.dataSource.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'outbox'::regclass AND mode = 'RowShareLock'`,
      );
      return acknowledge(messages);
    });
    await expect(cut).rejects.toThrow();
    expect((await ledger.drain()).map((message) => message.exportId)).toEqual([record.id]);
    await dying.close();
  });
});
