import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Readiness } from '@clipfleet/platform';
import { type GatewayTest, openGatewayTest } from './gateway.fixture.js';

let test: GatewayTest;
beforeAll(async () => {
  test = await openGatewayTest();
});
afterAll(() => test.close());

it('is ready when the ledger, the streams and its own address answer, and not a moment earlier', async () => {
  const app = await test.start();
  const ok = { ledger: 'ok', nats: 'ok', http: 'ok' };
  expect(await app.get(Readiness).report()).toEqual({ ready: true, checks: ok });
  app.getHttpServer().close();
  expect(await app.get(Readiness).report()).toEqual({
    ready: false,
    checks: { ...ok, http: 'the HTTP API is not listening' },
  });
});
