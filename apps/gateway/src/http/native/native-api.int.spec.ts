import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExportList, type ExportResource, exportResource, problemDetails, whoami } from '@clipfleet/contracts';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, OTHER_TOKEN, startHttp, TOKEN } from '../http.fixture.js';

let http: HttpUnderTest;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
});
afterAll(() => http.stop());

type Method = 'GET' | 'POST' | 'DELETE' | 'PUT';
const call = (
  method: Method,
  url: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
) => {
  const { body, token = TOKEN, headers } = options;
  return http.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
};
const requestFor = (key: string, change: { bucket?: string; from?: string; storeId?: string } = {}) => ({
  edit: {
    clips: [
      {
        source: {
          format: 'hls',
          locations: [{ storeId: 'disk', bucket: change.from ?? 'recordings', key: 'channel/7/play.m3u8' }],
        },
        range: { kind: 'from-start', startMs: 0, durationMs: 5000 },
      },
    ],
  },
  output: {
    container: 'mp4',
    destination: { storeId: change.storeId ?? 'disk', bucket: change.bucket ?? 'clips', key },
  },
});
const create = async (key: string): Promise<ExportResource> =>
  (await call('POST', '/v1/exports', { body: requestFor(key) })).json<ExportResource>();
const problemIn = (response: Awaited<ReturnType<typeof call>>) => {
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = problemDetails.strict().parse(response.json());
  expect(problem.status).toBe(response.statusCode);
  expect(problem.instance).toBe(response.headers['x-request-id']);
  return problem;
};

describe('POST /v1/exports', () => {
  it('accepts an edit and an output', async () => {
    const response = await call('POST', '/v1/exports', { body: requestFor('a.mp4') });
    expect(response.statusCode).toBe(202);
    const resource = exportResource.strict().parse(response.json());
    expect(response.headers['location']).toBe(`/v1/exports/${resource.id}`);
    expect(resource).toMatchObject({ state: 'queued', container: 'mp4', progress: { ratio: 0 } });
    expect(resource.url).toBeUndefined();
  });

  it('finds the same export for an equal request, and for the same key', async () => {
    const first = await create('equal.mp4');
    expect((await create('equal.mp4')).id).toBe(first.id);
    const keyed = { body: requestFor('keyed.mp4'), headers: { 'idempotency-key': 'k-1' } };
    const [one, two] = await Promise.all([call('POST', '/v1/exports', keyed), call('POST', '/v1/exports', keyed)]);
    expect(one.json<ExportResource>().id).toBe(two.json<ExportResource>().id);
  });

  it('refuses a key that was used with another body', async () => {
    const headers = { 'idempotency-key': 'k-2' };
    await call('POST', '/v1/exports', { body: requestFor('k2.mp4'), headers });
    const response = await call('POST', '/v1/exports', { body: requestFor('other.mp4'), headers });
    expect(problemIn(response)).toMatchObject({ status: 400, code: 'bad-parameter' });
  });

  it.each([
    ['a wrong field', requestFor('/slash'), 400, 'bad-parameter', 'output.destination.key'],
    ['an unknown store', requestFor('x', { storeId: 'nowhere' }), 400, 'bad-parameter', 'output.destination.storeId'],
    ['no object', [], 400, 'bad-parameter', 'body'],
    ['a bucket it may not read', requestFor('x', { from: 'private' }), 403, 'forbidden', 'edit'],
    ['a bucket it may not write', requestFor('x', { bucket: 'recordings' }), 403, 'forbidden', 'output.destination'],
    ['a prefix it may not write', requestFor('x', { bucket: 'shared' }), 403, 'forbidden', 'output.destination'],
    ['a large body', requestFor('x'.repeat(70_000)), 413, 'body-too-large', 'body'],
  ])('refuses %s and records nothing', async (_what, body, status, code, field) => {
    const before = await http.countExports();
    expect(problemIn(await call('POST', '/v1/exports', { body }))).toMatchObject({ status, code, field });
    expect(await http.countExports()).toBe(before);
  });

  it.each(['', 'a b', 'x'.repeat(256)])('refuses the idempotency key %j', async (key) => {
    const response = await call('POST', '/v1/exports', { body: requestFor('x'), headers: { 'idempotency-key': key } });
    expect(problemIn(response)).toMatchObject({ status: 400, field: 'Idempotency-Key' });
  });
});

describe('without a known token', () => {
  it.each([
    ['POST', '/v1/exports'],
    ['GET', '/v1/exports'],
    ['GET', '/v1/exports/0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90'],
    ['DELETE', '/v1/exports/0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90'],
    ['GET', '/v1/exports/0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90/events'],
    ['GET', '/v1/whoami'],
  ] as const)('%s %s is refused', async (method, url) => {
    const before = await http.countExports();
    const body = method === 'POST' ? { body: requestFor('x') } : {};
    const response = await call(method, url, { ...body, token: 'nobody' });
    expect(problemIn(response)).toMatchObject({ status: 401, code: 'unauthenticated', field: 'Authorization' });
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect((await http.app.inject({ method, url })).statusCode).toBe(401);
    expect(await http.countExports()).toBe(before);
  });
});

describe('GET /v1/exports', () => {
  it('lists the tenant’s exports in pages, newest first', async () => {
    for (const key of ['l1', 'l2', 'l3']) await create(key);
    const first = (await call('GET', '/v1/exports?limit=2')).json<ExportList>();
    expect(first.items.map((item) => item.destination.key)).toEqual(['l3', 'l2']);
    const second = (await call('GET', `/v1/exports?limit=1&cursor=${first.nextCursor}`)).json<ExportList>();
    expect(second.items[0].destination.key).toBe('l1');
    expect((await call('GET', '/v1/exports', { token: OTHER_TOKEN })).json<ExportList>()).toEqual({ items: [] });
  });

  it('lists those in a state', async () => {
    const { id } = await create('to-cancel-for-list');
    await call('DELETE', `/v1/exports/${id}`);
    const { items } = (await call('GET', '/v1/exports?state=cancelled&limit=100')).json<ExportList>();
    expect(items.map((item) => item.id)).toContain(id);
    expect(new Set(items.map((item) => item.state))).toEqual(new Set(['cancelled']));
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['state=done', 'state'],
    ['cursor=x', 'cursor'],
    ['size=1', 'size'],
    ['limit=1&limit=2', 'limit'],
  ])('refuses ?%s by name', async (query, field) => {
    expect(problemIn(await call('GET', `/v1/exports?${query}`))).toMatchObject({ status: 400, field });
  });
});

describe('an export', () => {
  it('is read by its tenant alone', async () => {
    const { id } = await create('read.mp4');
    expect((await call('GET', `/v1/exports/${id}`)).json<ExportResource>().id).toBe(id);
    expect(problemIn(await call('GET', `/v1/exports/${id}`, { token: OTHER_TOKEN })).status).toBe(404);
  });

  it.each(['not-a-uuid', '00000000-0000-0000-0000-000000000000', '%00', '..%2f..'])('%s does not exist', async (id) => {
    expect(problemIn(await call('GET', `/v1/exports/${id}`))).toMatchObject({ status: 404, code: 'not-found' });
    expect(problemIn(await call('POST', `/v1/exports/${id}/cancel`)).status).toBe(404);
    expect(problemIn(await call('GET', `/v1/exports/${id}/events`)).status).toBe(404);
  });

  it.each([
    ['DELETE', ''],
    ['POST', '/cancel'],
  ] as const)('is cancelled by %s …%s, once and for all', async (method, suffix) => {
    const { id } = await create(`cancel-${method}`);
    const first = await call(method, `/v1/exports/${id}${suffix}`);
    expect([first.statusCode, first.json<ExportResource>().state]).toEqual([200, 'cancelled']);
    expect(first.json<ExportResource>().error?.code).toBe('cancelled');
    expect((await call(method, `/v1/exports/${id}${suffix}`)).json<ExportResource>().state).toBe('cancelled');
  });

  it('whose object was there already comes with a signed address of it', async () => {
    await http.stores.get('disk').put({ bucket: 'clips', key: 'there.mp4' }, new TextEncoder().encode('media'));
    const response = await call('POST', '/v1/exports', { body: requestFor('there.mp4') });
    const { url, files, state } = response.json<ExportResource>();
    expect([response.statusCode, state]).toEqual([200, 'completed']);
    expect(files?.map((file) => file.key)).toEqual(['there.mp4']);
    const { pathname, search } = new URL(url ?? '');
    expect((await http.app.inject({ method: 'GET', url: `${pathname}${search}` })).body).toBe('media');
  });
});

describe('GET /v1/exports/:id/events', () => {
  const eventsOf = (text: string): ExportResource[] =>
    [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]) as ExportResource);

  it('gives the one state of an export that has ended, and ends', async () => {
    const { id } = await create('ended-events');
    await call('DELETE', `/v1/exports/${id}`);
    const response = await call('GET', `/v1/exports/${id}/events`);
    expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(eventsOf(response.body).map((event) => event.state)).toEqual(['cancelled']);
  });

  it('tells a change, and ends with the export', async () => {
    const { id } = await create('events');
    const fastify = http.app.getHttpAdapter().getInstance();
    const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
    const response = await fetch(`${address}/v1/exports/${id}/events`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      if (text === '') await call('DELETE', `/v1/exports/${id}`);
      text += chunk;
    }
    expect(eventsOf(text).map((event) => event.state)).toEqual(['queued', 'cancelled']);
  });
});

describe('the rest', () => {
  it('GET /v1/whoami tells the tenant and what it may use', async () => {
    const me = whoami.strict().parse((await call('GET', '/v1/whoami')).json());
    expect(me.tenant.slug).toBe('acme');
    expect(me.grants).toContainEqual({
      storeId: 'disk',
      bucket: 'recordings',
      prefix: '',
      canRead: true,
      canWrite: false,
    });
  });

  it('GET /openapi.json is the document', async () => {
    const response = await http.app.inject({ method: 'GET', url: '/openapi.json' });
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json<{ openapi: string }>().openapi).toBe('3.1.0');
  });

  it('GET / points to it', async () => {
    const response = await http.app.inject({ method: 'GET', url: '/' });
    expect(response.body).toContain('/openapi.json');
  });

  it.each([
    ['GET', '/nothing', 404],
    ['POST', '/v1/whoami', 405],
    ['PUT', '/v1/exports', 405],
  ] as const)('%s %s is refused with %s', async (method, url, status) => {
    expect(problemIn(await call(method, url)).status).toBe(status);
  });

  it('every operation of the OpenAPI document exists', async () => {
    const { paths } = (await http.app.inject({ method: 'GET', url: '/openapi.json' })).json<{
      paths: Record<string, object>;
    }>();
    for (const [path, item] of Object.entries(paths)) {
      for (const method of Object.keys(item).filter((name) => name !== 'parameters')) {
        const url = path.replaceAll(/\{\w+\}/g, '0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90');
        const response = await http.app.inject({ method: method.toUpperCase() as Method, url });
        // some of them look for a file before anything else
        expect([method, path, response.body]).not.toEqual([method, path, expect.stringContaining('nothing at this')]);
        expect([method, path, response.statusCode]).not.toEqual([method, path, 405]);
      }
    }
  });

  it('a request id of the caller is kept, another one is not', async () => {
    const idFor = async (given: string) =>
      (await http.app.inject({ method: 'GET', url: '/', headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await idFor('trace-7.b')).toBe('trace-7.b');
    expect(await idFor('a b')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
