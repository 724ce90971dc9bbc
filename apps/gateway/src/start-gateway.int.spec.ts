import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runMigrations } from '@clipfleet/ledger';
import { Readiness } from '@clipfleet/platform';
import { createEmptyTestDatabase } from '@clipfleet/testing';
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

it('on a schema that somebody else migrates begins when that is done', async () => {
  const database = await createEmptyTestDatabase();
  try {
    const starting = test.start({ CLIPFLEET_DATABASE_URL: database.url });
    const [app] = await Promise.all([starting, runMigrations(database.url)]);
    expect(await app.get(Readiness).report()).toMatchObject({ ready: true });
    await app.close();
  } finally {
    await database.drop();
  }
});
