import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EXPORT_API_PATH, type ExportApiAnswer } from '@clipfleet/contracts';
import type { TenantGrant } from '@clipfleet/ledger';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from '../http.fixture.js';
import { RequestReader } from './request-reader.js';

const TOKEN = 'token-of-who-polls';
/** Longer than what is known of a token is kept. */
const LATER_MS = 11_000;

let http: HttpUnderTest;
let slugs = 0;
let slug: string;
let token: string;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
});
afterAll(() => http.stop());
/** A tenant for each: what one does to it harms no other. */
beforeEach(async () => {
  slug = `polls-${slugs++}`;
  token = `${TOKEN}-${slug}`;
  await http.tenants.seed({ slug, token, grants });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const place = { storeId: 'disk', prefix: '' };
const grants: TenantGrant[] = [
  { ...place, bucket: 'recordings', canRead: true, canWrite: false },
  { ...place, bucket: 'clips', canRead: true, canWrite: true },
];
const storage = { storage_type: 'FILE', storage_location: 'local' };
const body = (fileName = 'clip'): Record<string, unknown> => ({
  ...{ FetchMedia: true, StartPos: 0, Duration: 10_000, HiResFilePath: 'play.m3u8', FileName: fileName },
  ...{ media_type: 'ts', SessionId: token, ServiceCaller: 'test', Unknown: 1 },
  storage_info: Buffer.from(
    JSON.stringify([
      { ...storage, storage_purpose: 'ts', storage_name: 'recordings' },
      { ...storage, storage_purpose: 'upload', storage_name: 'clips' },
    ]),
  ).toString('base64'),
});

const post = async (payload: Record<string, unknown>) => {
  const response = await http.app.inject({ method: 'POST', url: EXPORT_API_PATH, payload });
  return { status: response.statusCode, headers: response.headers, answer: response.json<ExportApiAnswer>() };
};

/** How often the controller has worked on a request since. */
const controllerCalls = (): (() => number) => {
  const translate = jest.spyOn(http.app.get(RequestReader), 'translate');
  return () => translate.mock.calls.length;
};

/** All that is known of tokens has become too old. */
const letMemoryExpire = (): void => {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + LATER_MS);
};

const exportOf = async (): Promise<{ id: string; tenantId: string }> => {
  const [found] = await http.database.dataSource.query<{ id: string; tenantId: string }[]>(
    'SELECT export.id, tenant_id AS "tenantId" FROM export JOIN tenant ON tenant.id = tenant_id WHERE slug = $1',
    [slug],
  );
  return found;
};

describe('a poll that memory can answer', () => {
  it('is answered without the controller, in the same words', async () => {
    const calls = controllerCalls();
    const first = await post(body());
    const second = await post(body());
    expect(calls()).toBe(1);
    expect(second.status).toBe(200);
    expect({ ...second.answer, TimeWait: 0 }).toEqual({ ...first.answer, TimeWait: 0 });
    expect(second.answer.TimeWait).toBeGreaterThan(0);
    for (const name of ['content-type', 'content-length', 'clipfleet-ignored-fields'])
      expect(second.headers[name]).toBe(first.headers[name]);
    expect(second.headers['x-request-id']).toBeDefined();
  });

  it('tells a change that was heard of, in the next answer', async () => {
    await post(body());
    expect((await post(body())).answer.Status).toBe(11_000);
    const { id, tenantId } = await exportOf();
    const ended = await http.exports.cancel(tenantId, id, 60_000);
    http.changes.tell(ended!);
    expect((await post(body())).answer).toMatchObject({ Status: 12_000, ErrorMessage: 'The export was cancelled.' });
    const calls = controllerCalls();
    expect((await post(body())).answer.Status).toBe(12_000);
    expect(calls()).toBe(0);
  });

  it('makes a new job when the export answers no longer', async () => {
    await post(body());
    const { id, tenantId } = await exportOf();
    http.changes.tell((await http.exports.cancel(tenantId, id, 0))!);
    expect((await post(body())).answer.Status).toBe(11_000);
    const [{ count }] = await http.database.dataSource.query<{ count: string }[]>(
      'SELECT count(*) FROM export WHERE tenant_id = $1',
      [tenantId],
    );
    expect(Number(count)).toBe(2);
  });

  it.each([
    ['its token has been revoked', 'tenant_token', 401, /^SessionId is not known$/],
    ['its tenant may not use the places any more', 'tenant_grant', 403, /may not read play.m3u8/],
  ])('is refused when %s', async (_what, table, refusedWith, message) => {
    await post(body());
    expect((await post(body())).status).toBe(200);
    const statement = `DELETE FROM ${table} USING tenant WHERE tenant.id = tenant_id AND slug = $1`;
    await http.database.dataSource.query(statement, [slug]);
    letMemoryExpire();
    const { status, answer } = await post(body());
    expect([status, answer.ErrorMessage]).toEqual([refusedWith, expect.stringMatching(message)]);
  });

  it('counts against the limit of its tenant, and is told when to ask again', async () => {
    await http.tenants.seed({
      slug: `${slug}-hasty`,
      token: `${token}-hasty`,
      grants,
      limits: { maxRequestsPerSecond: 1 },
    });
    const hasty = { ...body(), SessionId: `${token}-hasty` };
    for (let sent = 0; sent < 5; sent++) expect((await post(hasty)).status).toBe(200);
    let last = await post(hasty);
    // on a slow machine the next five seconds may have begun meanwhile
    for (let sent = 0; sent < 1_000 && last.status === 200; sent++) last = await post(hasty);
    const { status, headers, answer } = last;
    expect([status, answer.TimeWait]).toEqual([429, Number(headers['retry-after']) * 1000]);
  });

  it.each([
    ['another content type', { 'content-type': 'text/plain' }, 415],
    ['a content encoding', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
  ])('is refused with %s, as any request', async (_what, headers, status) => {
    const payload = JSON.stringify(body());
    const send = (more: Record<string, string>) =>
      http.app.inject({ method: 'POST', url: EXPORT_API_PATH, payload, headers: more });
    for (let sent = 0; sent < 2; sent++)
      expect((await send({ 'content-type': 'application/json' })).statusCode).toBe(200);
    expect((await send(headers)).statusCode).toBe(status);
  });
});
