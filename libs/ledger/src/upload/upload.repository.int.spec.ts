import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asVideo, openTestLedger, planOf, runOf, taskResult, type TestLedger } from '../ledger.fixture.js';

describe('an upload', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterAll(() => ledger.close());

  it('that a live run uses is not given up, however often its plan is recorded again', async () => {
    const record = await ledger.create();
    const id = await ledger.open(record);
    expect(await ledger.work.recordPlan(runOf(record), planOf(1), 'u')).toMatchObject({ state: 'running' });
    // the answer was lost: said again, it changes nothing, and the upload must not be taken for another gateway's
    expect(await ledger.work.recordPlan(runOf(record), planOf(1), 'u')).toBeUndefined();
    expect(await ledger.uploads.giveUp(id)).toBe(false);
  });

  it('that was given up takes no plan, so that another can be opened', async () => {
    const record = await ledger.create();
    const id = await ledger.open(record);
    expect(await ledger.uploads.giveUp(id)).toBe(true);
    expect(await ledger.work.recordPlan(runOf(record), planOf(1), 'u')).toBeUndefined();
    await ledger.open(record, 'v');
    expect(await ledger.work.recordPlan(runOf(record), planOf(1), 'v')).toMatchObject({ uploadId: 'v' });
  });

  it('is either used or given up when both are asked at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const record = await ledger.create();
      const id = await ledger.open(record);
      const [planned, isGivenUp] = await Promise.all([
        ledger.work.recordPlan(runOf(record), planOf(1), 'u'),
        ledger.uploads.giveUp(id),
      ]);
      expect(planned !== undefined).toBe(!isGivenUp);
    }
  });

  it('whose intent was given up is not opened any more', async () => {
    const record = await ledger.create();
    const intent = await ledger.uploads.begin(runOf(record));
    expect(await ledger.uploads.giveUp(intent!.id)).toBe(true);
    expect(await ledger.uploads.opened(intent!.id, 'u')).toBe(false);
  });

  it('may be told twice to be open', async () => {
    const intent = await ledger.uploads.begin(runOf(await ledger.create()));
    expect(await ledger.uploads.opened(intent!.id, 'u')).toBe(true);
    expect(await ledger.uploads.opened(intent!.id, 'u')).toBe(true);
  });

  it.each(['cancelled', 'restarted'] as const)('is given up once its run is %s', async (how) => {
    const record = await ledger.create();
    const id = await ledger.open(record);
    await ledger.work.recordPlan(runOf(record), planOf(1), 'u');
    if (how === 'cancelled') await ledger.exports.cancel(ledger.tenantId, record.id, 0);
    else await ledger.work.restart(runOf(record), 3);
    expect(await ledger.uploads.giveUp(id)).toBe(true);
  });

  it('of a completed export stays completed', async () => {
    const record = await ledger.create();
    const id = await ledger.open(record);
    await ledger.work.recordPlan(runOf(record), planOf(1), 'u');
    await ledger.work.completeTask(runOf(record), 0, taskResult(1));
    const { coverage } = planOf(0);
    const result = { coverage: { ...coverage, achieved: coverage.planned }, sizeBytes: 5, storeCopyBytes: 0 };
    await ledger.work.markCompleted(runOf(record), { ...result, workerBytes: 5, warnings: [] }, asVideo);
    expect(await ledger.uploads.giveUp(id)).toBe(false);
  });
});
