import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type GatewayTest, openGatewayTest, planOf } from '../gateway.fixture.js';
import type { ExportService, ExportView } from './export-service.js';
import { NIL_UUID } from './export-view.js';

describe('LedgerExportService', () => {
  let test: GatewayTest;
  let here: ExportService;
  let there: ExportService;
  beforeAll(async () => {
    test = await openGatewayTest();
    const apps: NestFastifyApplication[] = [await test.start(), await test.start()];
    [here, there] = apps.map((app) => test.service(app));
  });
  afterAll(() => test.close());

  it('makes one export and one message of 100 identical requests at two gateways', async () => {
    const input = test.submission();
    const views = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? here : there).submit(input)),
    );
    expect(new Set(views.map((view) => view.id)).size).toBe(1);
    expect(views[0]).toMatchObject({ fingerprint: input.fingerprint, destination: input.output.destination });
    const messages = await test.take('plan', 2, 1_500);
    expect(messages.map(({ json }) => json.exportId)).toEqual([views[0].id]);
    const [{ count }] = await test.ledger.dataSource.query<{ count: string }[]>(
      'SELECT count(*) FROM export WHERE fingerprint = $1',
      [input.fingerprint],
    );
    expect(count).toBe('1');
  });

  it('answers at once when the object is there and must not be replaced, and records nothing', async () => {
    const input = test.submission({ overwrite: false });
    await test.store.put(input.output.destination, new Uint8Array(3));
    expect(await here.submit(input)).toMatchObject({
      id: NIL_UUID,
      state: 'completed',
      retryAfterMs: 0,
      destination: input.output.destination,
    });
    expect(await test.exports.findForPoll(test.tenantId, input.fingerprint)).toBeUndefined();
  });

  it('makes a job when the object must not be replaced and is not there', async () => {
    const input = test.submission({ overwrite: false });
    const view = await here.submit(input);
    expect(view.id).not.toBe(NIL_UUID);
    expect((await there.submit(input)).id).toBe(view.id);
  });

  it('tells a change that another gateway made, although it had cached the export', async () => {
    const view = await here.submit(test.submission());
    expect(['queued', 'planning']).toContain((await there.get(test.tenantId, view.id))?.state);
    const seen: ExportView[] = [];
    for await (const one of there.watch(test.tenantId, view.id)) {
      seen.push(one);
      if (seen.length === 1) await here.cancel(test.tenantId, view.id);
    }
    expect(seen.at(-1)).toMatchObject({ state: 'cancelled', errorCode: 'cancelled' });
    expect((await there.get(test.tenantId, view.id))?.state).toBe('cancelled');
  });

  it('shows the bytes that workers report while a task runs', async () => {
    const { id } = await here.submit(test.submission());
    await test.plan(id, planOf(2));
    await test.untilState(id, 'running');
    test.bus.progress.report({
      kind: 'task.progress',
      version: 1,
      exportId: id,
      generation: 1,
      taskIndex: 0,
      doneBytes: 500,
    });
    for await (const view of here.watch(test.tenantId, id)) {
      if (view.progress.doneBytes === 0) continue;
      expect(view.progress).toEqual({ doneBytes: 500, totalBytes: 2000, ratio: 0.25 });
      break;
    }
    expect.assertions(1);
  });

  it('keeps tenants apart, and takes any text for an id', async () => {
    const { id } = await here.submit(test.submission());
    const stranger = '00000000-0000-4000-8000-000000000000';
    expect(await here.get(stranger, id)).toBeUndefined();
    expect(await here.cancel(stranger, id)).toBeUndefined();
    expect(await here.get(test.tenantId, "x' OR 1=1")).toBeUndefined();
    expect(await here.cancel(test.tenantId, '\u0000')).toBeUndefined();
    await expect(here.list(test.tenantId, { limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'bad-parameter' });
  });

  it('lists newest first, by pages', async () => {
    const first = await here.list(test.tenantId, { limit: 2 });
    const second = await here.list(test.tenantId, { limit: 2, cursor: first.nextCursor! });
    const ids = [...first.items, ...second.items].map((view) => view.id);
    expect(ids).toHaveLength(4);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});
