import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import type { ExportRecord } from '../export/export-record.js';
import { growingPlanOf, openTestLedger, planOf, runOf, taskResult, type TestLedger } from '../ledger.fixture.js';
import type { OutboxMessage } from '../outbox/outbox.repository.js';

const LATER_MS = 60_000;
const limits = { maxRunningExports: 1, maxRunningExportsOfTenant: 1 };

describe('work that was given back', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterEach(async () => {
    await ledger.database.dataSource.query('DELETE FROM export');
  });
  afterAll(() => ledger.close());

  const stateOf = async ({ id }: ExportRecord) => (await ledger.exports.find(id))?.state;
  /** An export whose planner has its message. */
  const planning = async (): Promise<{ record: ExportRecord; message: OutboxMessage }> => {
    const record = await ledger.create();
    const [message] = await ledger.drain();
    return { record, message };
  };
  const giveBack = (record: ExportRecord, { messageId }: OutboxMessage, delayMs = LATER_MS, deliveryCount = 1) =>
    ledger.returned.giveBack(runOf(record), { messageId, deliveryCount, delayMs });

  it('waits out of everybody’s way until it is due, and is another message then', async () => {
    const { record, message } = await planning();
    expect(await giveBack(record, message, LATER_MS, 3)).toMatchObject({ id: record.id });
    expect(await stateOf(record)).toBe('queued');
    expect(await ledger.outbox.backlog()).toMatchObject({ count: 0 });
    expect(await ledger.returned.nextDueInMs()).toBeGreaterThan(LATER_MS / 2);
    expect(await ledger.returned.sendDue(10)).toEqual({ sentCount: 0, heldCount: 0 });
    expect(await ledger.drain()).toEqual([]);

    await ledger.age(record.id, LATER_MS);
    expect(await ledger.returned.nextDueInMs()).toBe(0);
    expect(await ledger.returned.sendDue(10)).toEqual({ sentCount: 1, heldCount: 0 });
    // however long ago it was asked for first: nothing stands still here
    expect((await ledger.outbox.backlog()).oldestAgeMs).toBeLessThan(LATER_MS / 2);
    const [again, ...others] = await ledger.drain();
    expect(others).toEqual([]);
    expect(again).toMatchObject({ messageId: `${record.id}:1:t1`, deliveryCount: 3, returnCount: 1 });
    const acceptedAtMs = expect.any(Number);
    expect(JSON.parse(again.payloadJson)).toEqual({ ...JSON.parse(message.payloadJson), acceptedAtMs });
    expect(await stateOf(record)).toBe('planning');
    expect(await ledger.returned.nextDueInMs()).toBeUndefined();
  });

  it('takes no place among the exports that are under way', async () => {
    const { record, message } = await planning();
    const other = await ledger.create({ maxRunningExports: 0 });
    const release = () => ledger.dispatch.exclusively((held) => held.releasePlans(10, limits));
    expect(await release()).toBe(0);
    await giveBack(record, message);
    expect(await release()).toBe(1);
    expect((await ledger.drain()).map(({ exportId }) => exportId)).toEqual([other.id]);
  });

  it('is sent once, however often and concurrently it is given back', async () => {
    const { record, message } = await planning();
    const given = await Promise.all(Array.from({ length: 10 }, () => giveBack(record, message, 0)));
    expect(given.filter(Boolean)).toHaveLength(1);
    expect(await ledger.drain()).toHaveLength(1);
    // late, of the message before
    expect(await giveBack(record, message, 0, 2)).toBeUndefined();
    expect(await ledger.drain()).toEqual([]);
  });

  it('may be given back before the relay knows that it has published it', async () => {
    const record = await ledger.create();
    let given: Promise<unknown> = Promise.resolve();
    const { moved } = await ledger.outbox.publishBatch(10, async ([message]) => {
      given = giveBack(record, message);
      return [{ id: message.id, streamSequence: 1 }];
    });
    expect(moved).toHaveLength(1);
    expect(await given).toMatchObject({ id: record.id });
    expect(await stateOf(record)).toBe('queued');
  });

  it('is not sent as it was by the gateway that comes after one that had published it and died', async () => {
    const record = await ledger.create();
    let first: OutboxMessage | undefined;
    await ledger.outbox
      .publishBatch(10, async ([message]) => {
        first = message;
        throw new Error('died');
      })
      .catch(() => undefined);
    await giveBack(record, first!);
    expect(await ledger.drain()).toEqual([]);
    await ledger.age(record.id, LATER_MS);
    await ledger.returned.sendDue(10);
    expect(await ledger.drain()).toMatchObject([{ messageId: `${record.id}:1:t1` }]);
  });

  it('has to wait for its turn again when it is a task whose attempt failed, and not when its process ended', async () => {
    const record = await ledger.create();
    await ledger.open(record);
    await ledger.drain();
    await ledger.work.recordPlan(runOf(record), planOf(2), 'u');
    const [failed, handedBack] = await ledger.drain();
    await giveBack(record, failed, LATER_MS);
    await giveBack(record, handedBack, 0);
    const ids: string[] = [];
    await ledger.outbox.publishBatch(10, async (messages) => {
      ids.push(...messages.map(({ messageId }) => messageId));
      return messages;
    });
    expect(ids).toEqual([`${handedBack.messageId}:t1`]);
    await ledger.age(record.id, LATER_MS);
    expect(await ledger.returned.sendDue(10)).toEqual({ sentCount: 0, heldCount: 1 });
    expect(await ledger.dispatch.held([workSubject.segment])).toMatchObject([
      { subject: workSubject.segment, count: 1 },
    ]);
    expect(await ledger.drain()).toMatchObject([{ messageId: `${failed.messageId}:t1` }]);
  });

  it('is over when nobody waits for it: a task that was done, a step that was answered, an export that has ended', async () => {
    const record = await ledger.create();
    await ledger.open(record);
    await ledger.drain();
    await ledger.work.recordPlan(runOf(record), growingPlanOf(1, 1), 'u');
    const messages = await ledger.drain();
    const task = messages.find(({ subject }) => subject === workSubject.segment)!;
    const step = messages.find(({ subject }) => subject === workSubject.plan)!;
    await ledger.work.completeTask(runOf(record), 0, taskResult(1));
    expect(await giveBack(record, task)).toBeUndefined();
    await ledger.work.extendPlan(runOf(record), 1, growingPlanOf(1, 2));
    expect(await giveBack(record, step)).toBeUndefined();
    const [next] = (await ledger.drain()).filter(({ subject }) => subject === workSubject.plan);
    await ledger.exports.cancel(ledger.tenantId, record.id, 0);
    expect(await giveBack(record, next)).toBeUndefined();
  });

  it('is forgotten with its run', async () => {
    const { record, message } = await planning();
    await giveBack(record, message);
    await ledger.exports.cancel(ledger.tenantId, record.id, 0);
    await ledger.dispatch.drop(runOf(record));
    expect(await ledger.returned.nextDueInMs()).toBeUndefined();
  });

  it('is not taken for lost while it waits, and for lost when it was sent', async () => {
    const { record, message } = await planning();
    await giveBack(record, message, 10 * LATER_MS);
    await ledger.age(record.id, LATER_MS);
    expect(await ledger.sweep.stalled(LATER_MS / 2, 10)).toEqual([]);
    await ledger.age(record.id, 10 * LATER_MS);
    await ledger.returned.sendDue(10);
    await ledger.drain();
    await ledger.age(record.id, LATER_MS);
    const stalled = await ledger.sweep.stalled(LATER_MS / 2, 10);
    expect(stalled).toMatchObject([{ exportId: record.id }]);
    await ledger.sweep.redrive(stalled);
    expect(await ledger.drain()).toMatchObject([{ messageId: `${record.id}:1:r1`, deliveryCount: 0, returnCount: 0 }]);
  });
});
