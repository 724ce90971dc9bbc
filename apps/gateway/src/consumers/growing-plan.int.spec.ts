import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Plan } from '@clipfleet/timeline';
import { type GatewayTest, openGatewayTest, partOf, planOf } from '../gateway.fixture.js';

/** Of a request of 10 s the first `plannedMs`. */
const growingPlan = (plannedMs: number, step: number): Plan => {
  const plan = planOf(1);
  const lastSegment = { index: step - 1, key: `rec/${step - 1}.ts` };
  return {
    ...plan,
    coverage: { ...plan.coverage, planned: { startMs: 0, endMs: plannedMs } },
    growth: { step, lastSegment, runIndex: 0, taskCount: step, nextPartNumber: step + 1 },
  };
};

describe('an export whose recording grows', () => {
  let test: GatewayTest;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    test = await openGatewayTest();
    app = await test.start();
  });
  afterAll(() => test.close());

  const submitted = async (): Promise<{ id: string; tenantId: string }> => {
    const submission = test.submission();
    const { id } = await test.service(app).submit(submission);
    await test.take('plan', 1);
    await test.plan(id, growingPlan(2_500, 1));
    await test.untilState(id, 'running');
    return { id, tenantId: submission.tenantId };
  };
  const extend = (exportId: string, step: number, plan: Plan): Promise<unknown> =>
    test.bus.events.exportExtended({ kind: 'export.extended', version: 1, exportId, generation: 1, step, plan });

  it('is asked about until it is whole, tells its progress by the requested time, and ends with its last task', async () => {
    const { id, tenantId } = await submitted();
    const [{ json: question }] = await test.take('plan', 1);
    expect(question).toMatchObject({ exportId: id, resume: { growth: { step: 1 } } });
    await test.complete(id, 0, partOf(1));
    await test.take('segment', 1);
    await extend(id, 1, growingPlan(5_000, 2));
    const [{ json: next }] = await test.take('plan', 1);
    // a second answer to the same question, after the first was taken: events are handled side by side
    await extend(id, 1, growingPlan(7_500, 2));
    expect(next).toMatchObject({ resume: { coverage: { planned: { endMs: 5_000 } }, growth: { step: 2 } } });
    // one of two tasks, for half of the time
    const view = await test.service(app).get(tenantId, id);
    expect(view).toMatchObject({ state: 'running', progress: { totalBytes: 4_000, doneBytes: 1_000, ratio: 0.25 } });
    await extend(id, 2, planOf(1));
    await test.take('segment', 2);
    await test.complete(id, 1, partOf(2));
    await test.complete(id, 2, partOf(3, 10));
    await test.untilState(id, 'completed');
    expect(await test.waiting('plan')).toBe(0);
  });

  it('is looked at again when the planner asks for it, and is not under way meanwhile', async () => {
    const submission = test.submission();
    const { id } = await test.service(app).submit(submission);
    await test.take('plan', 1);
    await test.untilState(id, 'planning');
    const ids = { kind: 'work.returned', version: 1, exportId: id, generation: 1, messageId: `${id}:1` } as const;
    // told twice, as by a planner that died before its message was settled
    await test.bus.events.workReturned({ ...ids, deliveryCount: 1, delayMs: 2_000 });
    await test.bus.events.workReturned({ ...ids, deliveryCount: 2, delayMs: 2_000 });
    await test.untilState(id, 'queued');
    expect(await test.service(app).get(submission.tenantId, id)).toMatchObject({ state: 'queued' });
    expect(await test.waiting('plan')).toBe(0);
    const [{ json }] = await test.take('plan', 1, 20_000);
    expect(json).toMatchObject({ kind: 'export.requested', exportId: id });
    await test.untilState(id, 'planning');
    expect(await test.waiting('plan')).toBe(0);
    await test.service(app).cancel(submission.tenantId, id);
  });

  it('begins anew when what comes does not fit what was made of it', async () => {
    const { id } = await submitted();
    await test.take('plan', 1);
    await test.bus.events.attemptFailed(
      {
        ...{ kind: 'attempt.failed', version: 1, exportId: id, generation: 1, deliveryCount: 1 },
        work: { kind: 'plan', step: 1 },
        ...{ code: 'unsupported-source', message: 'm', details: { planAnew: true }, retryable: false },
      },
      `failed:${id}`,
    );
    await test.untilState(id, 'planning', 2);
    const [{ json: request }] = await test.take('plan', 1);
    expect(request).toMatchObject({ exportId: id, generation: 2 });
    expect(request).not.toHaveProperty('resume');
  });
});
