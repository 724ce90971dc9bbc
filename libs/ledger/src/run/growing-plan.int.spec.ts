import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exportRequested, taskRequested, workSubject } from '@clipfleet/contracts';
import type { ExportRecord } from '../export/export-record.js';
import { growingPlanOf, openTestLedger, planOf, runOf, taskResult, type TestLedger } from '../ledger.fixture.js';

describe('the plan of a recording that grows', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterEach(() => ledger.drain());
  afterAll(() => ledger.close());

  /** running, with `taskCount` tasks and more to come. */
  const growing = async (taskCount: number): Promise<ExportRecord> => {
    const record = await ledger.create();
    await ledger.open(record);
    await ledger.drain();
    return (await ledger.work.recordPlan(runOf(record), growingPlanOf(taskCount, 1), 'u'))!;
  };
  const failure = { code: 'download-failed', message: 'm', details: {}, retryable: true, maxAttempts: 3 } as const;

  it('asks for what comes next, with all that is planned so far', async () => {
    const record = await growing(2);
    const messages = await ledger.drain();
    const asks = messages.filter(({ subject }) => subject === workSubject.plan);
    expect(messages).toHaveLength(3);
    expect(asks.map(({ messageId }) => messageId)).toEqual([`${record.id}:1:extension:1`]);
    const { tasks: _tasks, ...resume } = growingPlanOf(2, 1);
    const request = exportRequested.parse(JSON.parse(asks[0].payloadJson));
    expect(request).toMatchObject({ exportId: record.id, generation: 1, edit: record.edit, resume });
  });

  it('numbers further tasks on, and asks again until it is whole', async () => {
    const record = await growing(2);
    await ledger.drain();
    const second = await ledger.work.extendPlan(runOf(record), 1, growingPlanOf(1, 2));
    expect(second).toMatchObject({ state: 'running', tasksTotal: 3, bytesTotal: 3001, plan: { growth: { step: 2 } } });
    // all of it is there only now
    expect(record.grownAtMs).toBeNull();
    expect(second!.grownAtMs).toBeGreaterThan(record.startedAtMs!);
    const messages = await ledger.drain();
    expect(messages.map(({ messageId }) => messageId).toSorted()).toEqual([
      `${record.id}:1:2`,
      `${record.id}:1:extension:2`,
    ]);
    const task = messages.find(({ subject }) => subject === workSubject.segment)!;
    expect(taskRequested.parse(JSON.parse(task.payloadJson))).toMatchObject({
      taskIndex: 2,
      upload: { uploadId: 'u' },
    });
    const whole = await ledger.work.extendPlan(runOf(record), 2, planOf(2));
    expect(whole).toMatchObject({ state: 'running', tasksTotal: 5 });
    expect(whole?.plan).not.toHaveProperty('growth');
    expect((await ledger.drain()).map(({ messageId }) => messageId).toSorted()).toEqual([
      `${record.id}:1:3`,
      `${record.id}:1:4`,
    ]);
  });

  it('is extended once, however often and concurrently it is told, and never by another step or run', async () => {
    const record = await growing(1);
    await ledger.drain();
    const run = runOf(record);
    const told = await Promise.all(
      Array.from({ length: 10 }, () => ledger.work.extendPlan(run, 1, growingPlanOf(1, 2))),
    );
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await ledger.work.extendPlan(run, 1, planOf(1))).toBeUndefined();
    expect(await ledger.work.extendPlan(run, 3, planOf(1))).toBeUndefined();
    expect(await ledger.work.extendPlan({ ...run, generation: 2 }, 2, planOf(1))).toBeUndefined();
    expect(await ledger.exports.find(record.id)).toMatchObject({ tasksTotal: 2, state: 'running' });
    expect(await ledger.drain()).toHaveLength(2);
  });

  it('is not assembled before it is whole, and then with its last task', async () => {
    const record = await growing(1);
    const run = runOf(record);
    expect(await ledger.work.completeTask(run, 0, taskResult(1))).toMatchObject({ state: 'running', tasksDone: 1 });
    await ledger.work.extendPlan(run, 1, planOf(1));
    await ledger.drain();
    expect(await ledger.work.completeTask(run, 1, taskResult(2))).toMatchObject({ state: 'assembling' });
    expect((await ledger.drain()).map(({ subject }) => subject)).toEqual([workSubject.assemble]);
  });

  it('starts assembly exactly once when its last task ends while it is made whole', async () => {
    for (let round = 0; round < 10; round++) {
      const record = await growing(1);
      const run = runOf(record);
      await ledger.work.extendPlan(run, 1, growingPlanOf(1, 2));
      await ledger.work.completeTask(run, 0, taskResult(1));
      await ledger.drain();
      await Promise.all([
        ledger.work.completeTask(run, 1, taskResult(2)),
        ledger.work.extendPlan(run, 2, { ...planOf(0), strategy: 'ts-parts' }),
      ]);
      expect(await ledger.exports.find(record.id)).toMatchObject({ state: 'assembling', tasksDone: 2 });
      expect((await ledger.drain()).map(({ subject }) => subject)).toEqual([workSubject.assemble]);
    }
  });

  it('counts failed attempts of each extension by itself', async () => {
    const record = await growing(1);
    const run = runOf(record);
    const fail = (step: number, deliveryCount: number) =>
      ledger.work.failAttempt(run, { ...failure, validForMs: 0, deliveryCount, work: { kind: 'plan', step } });
    await fail(1, 1);
    await fail(1, 2);
    await ledger.work.extendPlan(run, 1, growingPlanOf(1, 2));
    expect(await fail(1, 3)).toBeUndefined();
    expect(await fail(2, 1)).toMatchObject({ state: 'running' });
    expect(await fail(2, 2)).toMatchObject({ state: 'running' });
    expect(await fail(2, 3)).toMatchObject({ state: 'failed', errorCode: 'download-failed' });
  });

  it('is looked after like any work: a lost question is asked again, one that was answered is not', async () => {
    const record = await growing(1);
    const run = runOf(record);
    await ledger.work.completeTask(run, 0, taskResult(1));
    await ledger.work.extendPlan(run, 1, growingPlanOf(1, 2));
    await ledger.work.completeTask(run, 1, taskResult(2));
    await ledger.drain();
    await ledger.age(record.id, 10_000);
    const stalled = await ledger.sweep.stalled(5_000, 100);
    const mine = stalled.filter(({ exportId }) => exportId === record.id);
    expect(mine.map(({ subject }) => subject)).toEqual([workSubject.plan]);
    await ledger.sweep.redrive(mine);
    expect((await ledger.drain()).map(({ messageId }) => messageId)).toEqual([`${record.id}:1:extension:2:r1`]);
  });

  it('begins anew without what it had', async () => {
    const record = await growing(1);
    await ledger.drain();
    expect(await ledger.work.restart(runOf(record), 3)).toMatchObject({ state: 'queued', generation: 2, plan: null });
    const ask = (await ledger.drain()).find(({ subject }) => subject === workSubject.plan)!;
    expect(JSON.parse(ask.payloadJson)).not.toHaveProperty('resume');
    expect(await ledger.work.extendPlan(runOf(record), 1, planOf(1))).toBeUndefined();
  });
});
