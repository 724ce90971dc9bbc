import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ExportResource } from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import { Readiness } from '@clipfleet/platform';
import { type GatewayTest, openGatewayTest } from './gateway.fixture.js';

const within = { timeoutMs: 30_000 };
const headers = { authorization: 'Bearer t' };

let test: GatewayTest;
let app: NestFastifyApplication;
beforeAll(async () => {
  test = await openGatewayTest();
  app = await test.start();
  await test.nats.kill();
  const checkOfNats = async (): Promise<string> => (await app.get(Readiness).report()).checks['nats'];
  await waitUntil(async () => (await checkOfNats()) !== 'ok', { ...within, what: 'the loss to be noticed' });
});
afterAll(() => test?.close());

const post = async (): Promise<ExportResource> => {
  const { edit, output } = test.submission();
  const answer = await app.inject({ method: 'POST', url: '/v1/exports', headers, payload: { edit, output } });
  expect(answer.statusCode).toBe(202);
  return answer.json<ExportResource>();
};
const stateOf = async (id: string): Promise<string> =>
  (await app.inject({ method: 'GET', url: `/v1/exports/${id}`, headers })).json<ExportResource>().state;
/** As another gateway would, of which nothing is heard. */
const cancelElsewhere = (id: string): Promise<unknown> => test.exports.cancel(test.tenantId, id, 60_000);

it('a gateway keeps its traffic, and tells what it lacks', async () => {
  expect(await app.get(Readiness).report()).toEqual({
    ready: true,
    checks: { ledger: 'ok', http: 'ok', nats: 'not connected to NATS' },
  });
});

it('exports are accepted, listed, asked about and cancelled; what another gateway changes is told at once', async () => {
  const [mine, others] = [await post(), await post()];
  expect([await stateOf(mine.id), await stateOf(others.id)]).toEqual(['queued', 'queued']);
  await cancelElsewhere(others.id);
  expect(await stateOf(others.id)).toBe('cancelled');
  const cancelled = await app.inject({ method: 'DELETE', url: `/v1/exports/${mine.id}`, headers });
  expect([cancelled.statusCode, cancelled.json<ExportResource>().state]).toEqual([200, 'cancelled']);
  const list = await app.inject({ method: 'GET', url: '/v1/exports', headers });
  expect(list.json<{ items: ExportResource[] }>().items.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
});

it('who listens to an export hears how it ends, although nobody tells', async () => {
  const { id } = await post();
  const events = await fetch(`${await app.getUrl()}/v1/exports/${id}/events`, {
    headers,
    signal: AbortSignal.timeout(within.timeoutMs),
  });
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toContain('"state":"queued"');
  await cancelElsewhere(id);
  let told = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) told += next.value;
  expect(told).toContain('"state":"cancelled"');
});

it('what was accepted meanwhile is published when NATS is back', async () => {
  const { id } = await post();
  await test.nats.restart();
  await test.untilState(id, 'planning');
  expect(await app.get(Readiness).report()).toMatchObject({ ready: true, checks: { nats: 'ok' } });
});
