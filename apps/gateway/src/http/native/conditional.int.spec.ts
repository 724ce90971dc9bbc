import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExportList, type ExportResource } from '@clipfleet/contracts';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, OTHER_TOKEN, startHttp, TOKEN } from '../http.fixture.js';

let http: HttpUnderTest;
let tenantId: string;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  const whoami = (await get('/v1/whoami')).json<{ tenant: { id: string } }>();
  tenantId = whoami.tenant.id;
});
afterAll(() => http?.stop());

const get = (url: string, headers: Record<string, string> = {}) =>
  http.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });

const create = async (key: string): Promise<string> => {
  const source = { format: 'hls', locations: [{ storeId: 'disk', bucket: 'recordings', key: 'p.m3u8' }] } as const;
  const edit = { clips: [{ source, range: { kind: 'from-start', startMs: 0, durationMs: 1_000 } }] };
  const output = { container: 'mp4', destination: { storeId: 'disk', bucket: 'clips', key } };
  const response = await http.app.inject({
    ...{ method: 'POST', url: '/v1/exports', payload: { edit, output } },
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return response.json<ExportResource>().id;
};

describe.each([
  ['one export', (id: string) => `/v1/exports/${id}`],
  ['a list of them', () => '/v1/exports?limit=5'],
])('GET of %s', (what, urlOf) => {
  it('is 304 without a body as long as nothing but the wait has changed', async () => {
    const url = urlOf(await create(`known-${what}`));
    const first = await get(url);
    const etag = String(first.headers['etag']);
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    expect(first.headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'authorization' });
    for (const known of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
      const again = await get(url, { 'if-none-match': known });
      expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', etag]);
    }
    expect((await get(url, { 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  it('is 200 with another tag when the state has changed', async () => {
    const id = await create(`changed-${what}`);
    const etag = String((await get(urlOf(id))).headers['etag']);
    http.changes.tell((await http.exports.cancel(tenantId, id, 60_000))!);
    const changed = await get(urlOf(id), { 'if-none-match': etag });
    expect(changed.statusCode).toBe(200);
    expect(changed.headers['etag']).not.toBe(etag);
    const body = changed.json<ExportResource | ExportList>();
    expect('items' in body ? body.items[0].state : body.state).toBe('cancelled');
  });
});

it('tells nobody of the exports of others', async () => {
  const url = `/v1/exports/${await create('secret')}`;
  const { headers } = await get(url);
  const other = { authorization: `Bearer ${OTHER_TOKEN}`, 'if-none-match': String(headers['etag']) };
  expect((await get(url, other)).statusCode).toBe(404);
  expect((await get('/v1/exports', { ...other, 'if-none-match': '"x"' })).json()).toEqual({ items: [] });
});
