import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endedKeySubject, exportEnded, taskRequested } from '@clipfleet/contracts';
import { asVideo, openTestLedger, planOf, runOf, taskResult, type TestLedger } from '../ledger.fixture.js';
import type { AttemptReport } from './work.repository.js';

const report = (overrides: Partial<AttemptReport> = {}): AttemptReport => ({
  work: { kind: 'task', taskIndex: 0 },
  deliveryCount: 1,
  retryable: true,
  maxAttempts: 3,
  validForMs: 60_000,
  code: 'download-failed',
  message: 'rec/0.ts could not be read',
  details: { key: 'rec/0.ts' },
  ...overrides,
});

describe('WorkRepository', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterAll(() => ledger.close());

  describe('recordPlan', () => {
    it('records plan, tasks and messages once, however often and concurrently it is told', async () => {
      const record = await ledger.create();
      await ledger.open(record);
      await ledger.drain();
      const told = await Promise.all([1, 2, 3].map(() => ledger.work.recordPlan(runOf(record), planOf(3), 'u')));
      expect(told.filter(Boolean)).toHaveLength(1);
      expect(await ledger.work.recordPlan(runOf(record), planOf(3), 'v')).toBeUndefined();
      expect(await ledger.exports.find(record.id)).toMatchObject({
        state: 'running',
        uploadId: 'u',
        tasksTotal: 3,
        bytesTotal: 3003,
        plan: { strategy: 'ts-parts' },
      });
      const messages = await ledger.drain();
      expect(messages.map((message) => message.messageId)).toEqual([0, 1, 2].map((index) => `${record.id}:1:${index}`));
      const payload = taskRequested.parse(JSON.parse(messages[1].payloadJson));
      expect(payload).toEqual({
        kind: 'task.requested',
        version: 1,
        exportId: record.id,
        generation: 1,
        taskIndex: 1,
        upload: { destination: record.destination, uploadId: 'u' },
        task: planOf(2).tasks[1],
      });
    });

    it('takes one of two different plans, and nothing of the other', async () => {
      for (let round = 0; round < 10; round++) {
        const record = await ledger.create();
        for (const taskCount of [2, 5]) await ledger.open(record, `upload-${taskCount}`);
        await ledger.drain();
        const told = await Promise.all(
          [2, 5].map((taskCount) => ledger.work.recordPlan(runOf(record), planOf(taskCount), `upload-${taskCount}`)),
        );
        const taken = told.filter((changed) => changed !== undefined);
        expect(taken).toHaveLength(1);
        const { tasksTotal, uploadId } = taken[0];
        expect(uploadId).toBe(`upload-${tasksTotal}`);
        const messages = (await ledger.drain()).map(({ payloadJson }) => taskRequested.parse(JSON.parse(payloadJson)));
        expect(messages.map(({ taskIndex }) => taskIndex)).toEqual([...Array(tasksTotal).keys()]);
        expect(new Set(messages.map(({ upload }) => upload.uploadId))).toEqual(new Set([uploadId]));
        expect(await ledger.work.completeTask(runOf(record), tasksTotal, taskResult(1))).toBeUndefined();
      }
    });

    it('goes straight to assembly when the plan has no task', async () => {
      const record = await ledger.create();
      await ledger.drain();
      expect(await ledger.work.recordPlan(runOf(record), planOf(0), undefined)).toMatchObject({ state: 'assembling' });
      expect((await ledger.drain()).map((message) => [message.subject, message.messageId])).toEqual([
        ['clipfleet.work.assemble', `${record.id}:1:assemble`],
      ]);
    });

    it('ignores a plan of an older generation', async () => {
      const record = await ledger.create();
      await ledger.open(record);
      const next = await ledger.work.restart(runOf(record), 3);
      await ledger.open(next!);
      expect(await ledger.work.recordPlan(runOf(record), planOf(1), 'u')).toBeUndefined();
      expect(await ledger.work.recordPlan(runOf(next!), planOf(1), 'u')).toMatchObject({ state: 'running' });
    });
  });

  describe('completeTask', () => {
    it('moves to assembling exactly once when the last two tasks end together', async () => {
      for (let round = 0; round < 20; round++) {
        const record = await ledger.running(2);
        const run = runOf(record);
        const answers = await Promise.all(
          [0, 1, 0, 1].map((index) => ledger.work.completeTask(run, index, taskResult(index + 1))),
        );
        expect(answers.filter((answer) => answer?.state === 'assembling')).toHaveLength(1);
        expect(answers.filter((answer) => answer === undefined)).toHaveLength(2);
        expect(await ledger.exports.find(record.id)).toMatchObject({ tasksDone: 2, bytesDone: 2001 });
        expect((await ledger.drain()).map((message) => message.subject)).toEqual(['clipfleet.work.assemble']);
      }
    });

    it('gives the results back in the order of the plan', async () => {
      const record = await ledger.running(3);
      for (const index of [2, 0, 1]) await ledger.work.completeTask(runOf(record), index, taskResult(index + 1));
      const tasks = await ledger.work.completedTasks(runOf(record));
      expect(tasks).toEqual(
        [0, 1, 2].map((index) => ({ taskIndex: index, kind: 'ts-parts', result: taskResult(index + 1) })),
      );
    });

    it('changes nothing for an export that has ended', async () => {
      const record = await ledger.running(1);
      await ledger.exports.cancel(ledger.tenantId, record.id, 0);
      await ledger.drain();
      expect(await ledger.work.completeTask(runOf(record), 0, taskResult(1))).toBeUndefined();
      expect(await ledger.drain()).toEqual([]);
    });
  });

  describe('failAttempt', () => {
    it('counts attempts and fails at the limit, with the reason of the last', async () => {
      const record = await ledger.running(2);
      const run = runOf(record);
      for (const deliveryCount of [1, 3]) {
        expect((await ledger.work.failAttempt(run, report({ deliveryCount })))?.state).toBe('running');
      }
      const ended = await ledger.work.failAttempt(run, report({ deliveryCount: 4, message: 'last\u0000' }));
      expect(ended).toMatchObject({
        state: 'failed',
        errorCode: 'download-failed',
        errorMessage: 'last\ufffd',
        errorDetails: { key: 'rec/0.ts' },
      });
      expect((await ledger.drain()).map((message) => message.subject).toSorted()).toEqual([
        `$KV.clipfleet_ended.${record.id}`,
        'clipfleet.work.cleanup',
      ]);
      expect(await ledger.work.failAttempt(run, report({ deliveryCount: 5 }))).toBeUndefined();
    });

    it('counts a report once that is delivered twice', async () => {
      const record = await ledger.running(1);
      for (let again = 0; again < 5; again++) await ledger.work.failAttempt(runOf(record), report());
      expect((await ledger.exports.find(record.id))?.state).toBe('running');
    });

    it('counts each task for itself', async () => {
      const record = await ledger.running(3);
      for (const taskIndex of [0, 1, 2]) {
        for (const deliveryCount of [1, 2]) {
          await ledger.work.failAttempt(runOf(record), report({ deliveryCount, work: { kind: 'task', taskIndex } }));
        }
      }
      expect((await ledger.exports.find(record.id))?.state).toBe('running');
    });

    it.each([['plan' as const], ['task' as const]])('fails at once what cannot succeed: %s', async (kind) => {
      const record = kind === 'plan' ? await ledger.create() : await ledger.running(1);
      const work = kind === 'plan' ? ({ kind } as const) : ({ kind, taskIndex: 0 } as const);
      const ended = await ledger.work.failAttempt(
        runOf(record),
        report({ work, retryable: false, code: 'undecodable' }),
      );
      expect(ended).toMatchObject({ state: 'failed', errorCode: 'undecodable' });
      await ledger.drain();
    });

    it('counts planning and assembly by themselves, and neither in another state', async () => {
      const record = await ledger.create();
      const run = runOf(record);
      for (const deliveryCount of [1, 2]) {
        await ledger.work.failAttempt(run, report({ work: { kind: 'plan' }, deliveryCount }));
        await ledger.work.failAttempt(run, report({ work: { kind: 'assemble' }, deliveryCount }));
      }
      await ledger.work.recordPlan(run, planOf(0), undefined);
      expect(await ledger.work.failAttempt(run, report({ work: { kind: 'plan' }, deliveryCount: 3 }))).toBeUndefined();
      for (const deliveryCount of [1, 2]) {
        const counted = await ledger.work.failAttempt(run, report({ work: { kind: 'assemble' }, deliveryCount }));
        expect(counted?.state).toBe('assembling');
      }
      const ended = await ledger.work.failAttempt(run, report({ work: { kind: 'assemble' }, deliveryCount: 3 }));
      expect(ended?.state).toBe('failed');
    });
  });

  it('starts anew with the next generation, cleaning up after the old, until there were too many', async () => {
    const record = await ledger.running(2);
    await ledger.work.completeTask(runOf(record), 0, taskResult(1));
    const second = await ledger.work.restart(runOf(record), 2);
    expect(second).toMatchObject({
      state: 'queued',
      generation: 2,
      tasksDone: 0,
      tasksTotal: 0,
      uploadId: null,
      plan: null,
    });
    expect(
      (await ledger.drain()).map((message) => [message.messageId, JSON.parse(message.payloadJson).generation]),
    ).toEqual([
      [`${record.id}:2`, 2],
      [`${record.id}:1:ended`, 1],
      [`${record.id}:1:cleanup`, 1],
    ]);
    expect(await ledger.work.completeTask(runOf(record), 1, taskResult(2))).toBeUndefined();
    expect(await ledger.work.restart(runOf(record), 2)).toBeUndefined();
    expect(await ledger.work.restart(runOf(second!), 2)).toBeUndefined();
  });

  it('starts anew for a task whose upload is gone, but not for one that was counted, nor once all were', async () => {
    const record = await ledger.running(2);
    const run = runOf(record);
    await ledger.work.completeTask(run, 0, taskResult(1));
    expect(await ledger.work.restartFromTask(run, 0, 3)).toBeUndefined();
    const told = await Promise.all([1, 2, 3].map(() => ledger.work.restartFromTask(run, 1, 3)));
    expect(told.filter(Boolean)).toMatchObject([{ state: 'queued', generation: 2 }]);

    const assembling = await ledger.running(1);
    await ledger.work.completeTask(runOf(assembling), 0, taskResult(1));
    expect(await ledger.work.restartFromTask(runOf(assembling), 0, 3)).toBeUndefined();
    expect(await ledger.exports.find(assembling.id)).toMatchObject({ state: 'assembling', generation: 1 });
    await ledger.drain();
  });

  it('completes once, closing the upload and telling workers', async () => {
    const record = await ledger.create();
    const run = runOf(record);
    await ledger.open(record, 'u1');
    await ledger.work.recordPlan(run, planOf(1), 'u1');
    await ledger.work.completeTask(run, 0, taskResult(1));
    await ledger.drain();
    const assembly = { parts: [{ partNumber: 1, etag: 'e', sizeBytes: 5 }], sizeBytes: 5 };
    expect(await ledger.work.recordAssembly(run, assembly)).toMatchObject({ assembly });
    const { coverage } = planOf(0);
    const result = {
      coverage: { ...coverage, achieved: coverage.planned },
      sizeBytes: 5,
      storeCopyBytes: 0,
      workerBytes: 5,
      warnings: [],
    };
    const told = await Promise.all([1, 2].map(() => ledger.work.markCompleted(run, result, asVideo)));
    expect(told.filter(Boolean)).toMatchObject([{ state: 'completed', result }]);
    const [message] = await ledger.drain();
    expect(message.subject).toBe(endedKeySubject(record.id));
    expect(exportEnded.parse(JSON.parse(message.payloadJson))).toMatchObject(run);
    expect(await ledger.uploads.unfinishedOf(run)).toEqual([]);
  });
});
