import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORT_API_PATH, type ExportApiAnswer } from '@clipfleet/contracts';
import { httpRequestDurationSeconds } from '@clipfleet/platform';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, OTHER_TOKEN, startHttp, TOKEN } from '../http.fixture.js';

let http: HttpUnderTest;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
});
afterAll(() => http.stop());

const entry = (storage_purpose: string, storage_name: string, more: object = {}) => ({
  storage_purpose,
  storage_type: 'FILE',
  storage_enable: true,
  storage_location: 'local',
  storage_root_folder: '',
  storage_name,
  storage_description: '',
  ...more,
});
const storageInfo = (...entries: unknown[]): string => Buffer.from(JSON.stringify(entries)).toString('base64');
const upload = entry('upload', 'clips', {
  storage_root_folder: 'news',
  storage_path_id: '35f86d7cff0c427babd15fdfd860c007',
});
const requestFor = (FileName: string, change: object = {}) => ({
  FetchMedia: true,
  StartPos: 1673293611963,
  Duration: 10_000,
  HiResFilePath: 'channel/7/play.m3u8',
  FileName,
  media_type: 'ts',
  SessionId: TOKEN,
  storage_info: storageInfo(entry('ts', 'recordings'), upload),
  ...change,
});

const send = async (payload: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
  const body = typeof payload === 'string' || payload instanceof Buffer ? payload : JSON.stringify(payload);
  const response = await http.app.inject({ method: 'POST', url: EXPORT_API_PATH, payload: body, headers });
  return { status: response.statusCode, headers: response.headers, answer: response.json<ExportApiAnswer>() };
};
const refusal = (ErrorCode: number, ErrorMessage: unknown) => ({
  ErrorCode,
  ErrorMessage,
  Version: 'v1',
  Status: 12000,
  VideoPath: '',
  ImagePath: '',
  TimeWait: 0,
});

describe('a request of the export API', () => {
  it('is answered at once with the state and the place of the output, and recorded with its outbox row', async () => {
    const { status, answer } = await send(requestFor('first'));
    expect(status).toBe(200);
    expect(answer).toEqual({
      ErrorCode: 1,
      ErrorMessage: 'work not finish.',
      Version: 'v1',
      Status: 11000,
      VideoPath: '/news/35f86d7cff0c427babd15fdfd860c007/first.ts',
      ImagePath: '',
      TimeWait: expect.any(Number),
    });
    expect(answer.TimeWait).toBeGreaterThan(0);
    const rows = await http.database.dataSource.query<{ subject: string }[]>(
      `SELECT subject FROM outbox JOIN export ON export.id = outbox.export_id WHERE export.key LIKE '%/first.ts'`,
    );
    expect(rows).toEqual([{ subject: 'clipfleet.work.plan' }]);
  });

  it('makes one job when 100 equal ones come at once, by different users', async () => {
    const before = await http.countExports();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => send(requestFor('stampede', { UserId: `user${i}@example.com` }))),
    );
    expect(new Set(answers.map(({ answer }) => JSON.stringify({ ...answer, TimeWait: 0 }))).size).toBe(1);
    expect(await http.countExports()).toBe(before + 1);
  });

  it('polls: tells that the job has failed, and why', async () => {
    await send(requestFor('poll'));
    const [{ id, tenant_id }] = await http.database.dataSource.query<{ id: string; tenant_id: string }[]>(
      `SELECT id, tenant_id FROM export WHERE key LIKE '%/poll.ts'`,
    );
    http.changes.tell((await http.exports.cancel(tenant_id, id, 60_000))!);
    const { status, answer } = await send(requestFor('poll'));
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      ErrorCode: 25,
      Status: 12000,
      VideoPath: expect.stringMatching(/poll\.ts$/),
      TimeWait: 0,
    });
    expect(answer.ErrorMessage).not.toBe('');
  });

  it('without is_cover is finished when the object is there, and nothing is recorded', async () => {
    const key = 'news/35f86d7cff0c427babd15fdfd860c007/there.ts';
    await http.stores.get('disk').put({ bucket: 'clips', key }, new Uint8Array(3));
    const before = await http.countExports();
    expect((await send(requestFor('there'))).answer).toMatchObject({
      ErrorCode: 0,
      Status: 10000,
      VideoPath: `/${key}`,
    });
    expect(await http.countExports()).toBe(before);
  });

  it('is a job of its own for every tenant', async () => {
    const before = await http.countExports();
    await send(requestFor('mine'));
    await send(requestFor('mine', { SessionId: OTHER_TOKEN }));
    expect(await http.countExports()).toBe(before + 2);
  });

  it('may come with a bearer token, in any spelling of its keys, and with fields that mean nothing', async () => {
    const { SessionId, ...body } = requestFor('bearer', { Extra: 1, Another: 2 });
    const lower = Object.fromEntries(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]));
    const { status, headers } = await send(lower, {
      authorization: `Bearer ${SessionId}`,
      'content-type': 'application/json; charset=utf-8',
    });
    expect(status).toBe(200);
    expect(headers['clipfleet-ignored-fields']).toBe('extra, another');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps no session anywhere in the ledger', async () => {
    await send(requestFor('secretless'));
    const rows = await http.database.dataSource.query<{ text: string }[]>('SELECT export::text AS text FROM export');
    expect(rows.filter(({ text }) => text.includes(TOKEN))).toEqual([]);
  });
});

describe('a refused request', () => {
  const field = (name: string) => expect.stringContaining(name);
  const withRead = (bucket: string) => ({ storage_info: storageInfo(entry('ts', bucket), upload) });
  const withUpload = (bucket: string, folder: string) => ({
    storage_info: storageInfo(entry('ts', 'recordings'), entry('upload', bucket, { storage_root_folder: folder })),
  });

  it.each([
    ['an unknown session', requestFor('x', { SessionId: 'nobody' }), 401, refusal(86, field('SessionId'))],
    ['a hostile session', requestFor('x', { SessionId: "' OR 1=1 --\u0000" }), 401, refusal(86, field('SessionId'))],
    ['no session', requestFor('x', { SessionId: undefined }), 401, refusal(86, field('SessionId'))],
    ['a session of another type', requestFor('x', { SessionId: 7 }), 400, refusal(18, field('SessionId'))],
    ['a wrong field', requestFor('x', { Duration: -1 }), 400, refusal(18, field('Duration'))],
    ['a bucket it may not read', requestFor('x', withRead('private')), 403, refusal(87, field('private'))],
    ['a bucket it may only write', requestFor('x', withRead('shared')), 403, refusal(87, field('shared'))],
    ['a bucket it may not write', requestFor('x', withUpload('recordings', '')), 403, refusal(87, field('recordings'))],
    [
      'a prefix it may not write',
      requestFor('x', withUpload('shared', 'acme-rival')),
      403,
      refusal(87, field('shared')),
    ],
    ['malformed JSON', '{"FetchMedia": tru', 400, refusal(18, field('body is not JSON (it ends too early)'))],
    ['no body', '', 400, refusal(18, field('body is empty'))],
    ['an array', [1], 400, refusal(18, field('body must be a JSON object'))],
    ['a body that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, refusal(18, field('body is not UTF-8'))],
    ['a prototype', '{"__proto__": {"FetchMedia": true}}', 400, refusal(18, field('__proto__'))],
    ['a deep body', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400, refusal(18, field('body'))],
    ['a large body', requestFor('x', { description: 'x'.repeat(70_000) }), 413, refusal(18, field('65536'))],
  ])('with %s says so in the envelope and records nothing', async (_what, body, status, expected) => {
    const before = await http.countExports();
    const response = await send(body);
    expect(response.answer).toEqual(expected);
    expect(response.status).toBe(status);
    expect(await http.countExports()).toBe(before);
  });

  it('with a large body that does not say its size is refused while it is read', async () => {
    const address = await listening();
    const chunks = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(40_000).fill(0x20)),
      pull(controller) {
        controller.enqueue(new Uint8Array(40_000).fill(0x20));
        controller.close();
      },
    });
    const init = { method: 'POST', body: chunks, duplex: 'half' as const };
    const response = await fetch(`${address}${EXPORT_API_PATH}`, init);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual(refusal(18, field('65536')));
  });

  it.each(['application/x-www-form-urlencoded', 'text/xml', 'multipart/form-data; boundary=x'])(
    'of type %s is refused with what is accepted',
    async (type) => {
      const { status, answer } = await send('FetchMedia=true', { 'content-type': type });
      expect(status).toBe(415);
      expect(answer).toEqual(refusal(18, field('Content-Type must be application/json')));
    },
  );

  it('in gzip is refused by name', async () => {
    const { status, answer } = await send('x', { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect([status, answer.ErrorMessage]).toEqual([415, 'Content-Encoding gzip is not supported']);
  });

  it.each(['GET', 'PUT', 'DELETE'] as const)('by %s is told the method', async (method) => {
    const response = await http.app.inject({ method, url: `${EXPORT_API_PATH}?x=1` });
    expect([response.statusCode, response.headers['allow']]).toEqual([405, 'POST']);
    expect(response.json()).toEqual(refusal(18, `only POST is accepted here, not ${method}`));
  });

  it('beyond the tenant’s quota is refused with 32 and when to come back', async () => {
    const unfinished = Array.from({ length: 50 }, (_, i) => requestFor(`quota${i}`, { SessionId: OTHER_TOKEN }));
    const responses = await Promise.all(unfinished.map((body) => send(body)));
    const last = await send(requestFor('quota-last', { SessionId: OTHER_TOKEN }));
    expect(responses[0].status).toBe(200);
    expect(last.status).toBe(429);
    expect(last.answer).toEqual(refusal(32, expect.stringMatching(/unfinished/)));
    expect(last.headers['retry-after']).toBe('5');
  });
});

it('counts requests by the template of their route', async () => {
  await http.app.inject({ method: 'GET', url: '/no/such/place' });
  await http.app.inject({ method: 'GET', url: '/v1/exports/some-id' });
  const { values } = await httpRequestDurationSeconds.get();
  const routes = new Set(values.map(({ labels }) => `${labels.method} ${labels.route} ${labels.status}`));
  expect(routes).toContain(`POST ${EXPORT_API_PATH} 200`);
  expect(routes).toContain('GET /v1/exports/:id 401');
  expect(routes).toContain('GET unmatched 404');
  expect([...routes].filter((route) => route.includes('some-id'))).toEqual([]);
});

const listening = async (): Promise<string> => {
  const server = http.app.getHttpAdapter().getInstance();
  return server.server.listening ? http.app.getUrl() : server.listen({ port: 0, host: '127.0.0.1' });
};
