import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CODE_PATH, TOKEN_PATH, tokenAnswer, tokenRefusal, type TokenScope } from '@clipfleet/contracts';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from '../http.fixture.js';

const HOUR_MS = 3_600_000;
const FILES = '/oserve/v2.2/file/';
const EXPORT_API = '/api/resource/v1/i/export';
const credentials = { client_id: 'client', client_secret: 'a secret' };
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

let http: HttpUnderTest;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  await makeClient('client');
});
afterAll(() => http.stop());

const makeClient = (id: string, more: { scopes?: TokenScope[]; expiresAt?: Date } = {}): Promise<void> =>
  http.clients.create({
    ...{ id, slug: 'acme', secret: 'a secret', label: 'test' },
    ...{ scopes: ['files:read', 'files:write'], ...more },
  });
const post = async (url: string, type: string, payload: string, authorization?: string) => {
  const headers = { 'content-type': type, ...(authorization !== undefined && { authorization }) };
  const response = await http.app.inject({ method: 'POST', url: `${url}/`, headers, payload });
  return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() };
};
const ask = (fields: Record<string, string>, url = TOKEN_PATH) => post(url, JSON_TYPE, JSON.stringify(fields));
const inClient = { ...credentials, grant_type: 'client_credentials' };
const call = (method: 'GET' | 'POST', url: string, token: unknown, body?: object) =>
  http.app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${String(token)}` } },
    ...(body && { payload: body }),
  });

describe('a client', () => {
  it('gets a token for its id and secret, and uses it', async () => {
    const { status, headers, body } = await ask(inClient);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(tokenAnswer.strict().parse(body)).toMatchObject({ expires_in: 3600, scope: 'files:read files:write' });
    expect((await call('GET', FILES, body['access_token'])).statusCode).toBe(200);
  });

  const multipart = ['client_id', 'client_secret', 'grant_type']
    .map((name) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${inClient[name as 'client_id']}\r\n`)
    .join('');
  it.each([
    ['a form', FORM_TYPE, new URLSearchParams(inClient).toString(), undefined],
    ['a multipart form', 'multipart/form-data; boundary=b', `${multipart}--b--\r\n`, undefined],
    [
      'Basic authentication',
      FORM_TYPE,
      'grant_type=client_credentials',
      `Basic ${Buffer.from('client:a+secret').toString('base64')}`,
    ],
  ])('may ask with %s', async (_what, type, payload, authorization) => {
    expect((await post(TOKEN_PATH, type, payload, authorization)).status).toBe(200);
  });

  it('may ask for a code first', async () => {
    const asked = await ask(credentials, CODE_PATH);
    expect([asked.status, asked.body]).toEqual([200, { code: expect.any(String), expires_in: 600 }]);
    const withCode = { ...credentials, grant_type: 'authorization_code', code: String(asked.body['code']) };
    expect((await ask(withCode)).status).toBe(200);
    await makeClient('another');
    const stolen = await ask({ ...withCode, client_id: 'another' });
    expect([stolen.status, stolen.body['error']]).toEqual([400, 'invalid_grant']);
    const altered = await ask({ ...withCode, code: `z${withCode.code}` });
    expect([altered.status, altered.body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('may ask for less than it has, and not for more', async () => {
    const { body } = await ask({ ...inClient, scope: 'files:read' });
    expect(body['scope']).toBe('files:read');
    const more = await ask({ ...inClient, scope: 'exports:read' });
    expect([more.status, more.body['error']]).toEqual([400, 'invalid_scope']);
  });

  it('has tokens for no longer than itself', async () => {
    await makeClient('short', { expiresAt: new Date(Date.now() + HOUR_MS / 2) });
    expect((await ask({ ...inClient, client_id: 'short' })).body['expires_in']).toBeLessThanOrEqual(1800);
    await makeClient('gone', { expiresAt: new Date(Date.now() - 1) });
    expect((await ask({ ...inClient, client_id: 'gone' })).status).toBe(401);
  });

  it.each([
    ['a wrong secret', { ...inClient, client_secret: 'another' }, 401, 'invalid_client'],
    ['an unknown id', { ...inClient, client_id: 'nobody' }, 401, 'invalid_client'],
    ['another grant type', { ...inClient, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no secret', { client_id: 'client', grant_type: 'client_credentials' }, 400, 'invalid_request'],
  ])('is refused with %s', async (_what, fields, status, error) => {
    const refused = await ask(fields);
    expect(refused.status).toBe(status);
    expect(tokenRefusal.strict().parse(refused.body).error).toBe(error);
  });

  it.each([
    ['a field that is there twice', FORM_TYPE, 'client_id=a&client_id=b'],
    ['what is no form', 'multipart/form-data; boundary=b', '--b'],
    ['what is no object', JSON_TYPE, '[]'],
  ])('is refused with %s', async (_what, type, payload) => {
    expect(tokenRefusal.strict().parse((await post(TOKEN_PATH, type, payload)).body).error).toBe('invalid_request');
  });
});

describe('a token', () => {
  const seed = (token: string, more: { scopes?: TokenScope[]; tokenExpiresAt?: Date }) =>
    http.tenants.seed({ slug: 'third', grants: [], token, ...more });

  it('that has expired is refused by name, in the form of each API', async () => {
    await seed('expired', { tokenExpiresAt: new Date(Date.now() - 1) });
    const native = await call('GET', '/v1/exports', 'expired');
    expect(native.json()).toMatchObject({ status: 401, code: 'token-expired', detail: 'the token has expired' });
    expect(native.headers['www-authenticate']).toContain('error="invalid_token"');
    const file = await call('GET', FILES, 'expired');
    expect([file.statusCode, file.json()]).toEqual([401, { status: 'error', error_msg: 'the token has expired' }]);
    const exported = await call('POST', EXPORT_API, '', { SessionId: 'expired' });
    expect(exported.statusCode).toBe(401);
    expect(exported.json()).toMatchObject({ ErrorCode: 86, ErrorMessage: 'SessionId has expired' });
  });

  it.each<['GET' | 'POST', string, TokenScope[], string]>([
    ['GET', '/v1/exports', ['exports:write', 'files:read'], 'exports:read'],
    ['POST', '/v1/exports', ['exports:read', 'files:write'], 'exports:write'],
    ['GET', FILES, ['files:write', 'exports:read'], 'files:read'],
    ['POST', '/hserve/v2.1/upload/', ['files:read', 'exports:write'], 'files:write'],
    ['POST', '/oserve/v1/media/m3u8-meta/', ['files:write'], 'files:read'],
    ['POST', '/hserve/v1/media/audio-video-meta/', ['files:write'], 'files:read'],
    ['POST', '/oserve/v1/media/video-snapshot/', ['files:read'], 'files:write'],
    ['POST', '/v1/files:register', ['exports:write', 'files:read'], 'files:write'],
    ['POST', EXPORT_API, ['exports:read', 'files:write'], 'exports:write'],
  ])('that lacks a scope is refused by name: %s %s with %j', async (method, url, scopes, missing) => {
    const token = Buffer.from(`${method} ${url} ${missing}`).toString('base64url');
    await seed(token, { scopes });
    const response = await call(
      method,
      url,
      token,
      method === 'POST' ? { filename: 'a', SessionId: token } : undefined,
    );
    expect(response.statusCode).toBe(403);
    const { detail, error_msg, ErrorMessage } = response.json<Record<string, string>>();
    expect(detail ?? error_msg ?? ErrorMessage).toMatch(new RegExp(`does not have the scope ${missing}$`));
    expect(response.headers['www-authenticate']).toBe(`Bearer error="insufficient_scope", scope="${missing}"`);
    const scope = (await call('GET', '/v1/whoami', token)).json<{ scopes: string[] }>().scopes;
    expect(scope).toEqual(scopes);
  });
});
