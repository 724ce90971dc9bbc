import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from '../http.fixture.js';

const key = 'a b/频道 #1?.mp4';
const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

let http: HttpUnderTest;
let path: string;
const signed = async (
  objectKey: string,
  options: { downloadName?: string; expiresInMs?: number } = {},
): Promise<string> => {
  const store = http.stores.get('disk');
  const { pathname, search } = new URL(
    await store.signedUrl({ bucket: 'clips', key: objectKey }, { expiresInMs: 60_000, ...options }),
  );
  return `${pathname}${search}`;
};
const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  http.app.inject({ method, url, headers });

/** Without a client that normalises the path. */
const rawStatus = async (rawPath: string): Promise<number | undefined> => {
  const { server } = http.app.getHttpAdapter().getInstance();
  if (!server.listening) await http.app.listen(0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path: rawPath }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject).end();
  });
};

beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  await http.stores.get('disk').put({ bucket: 'clips', key }, content);
  path = await signed(key);
});
afterAll(() => http.stop());

describe('a signed address', () => {
  it('gives the object', async () => {
    const response = await get(path);
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload).toEqual(Buffer.from(content));
    expect(response.headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['bytes=0-9', 206, 'bytes 0-9/1000', content.slice(0, 10)],
    ['bytes=990-', 206, 'bytes 990-999/1000', content.slice(990)],
    ['bytes=-5', 206, 'bytes 995-999/1000', content.slice(995)],
    ['bytes=0-1,3-4', 200, undefined, content],
    ['bytes=1000-', 416, 'bytes */1000', new Uint8Array()],
  ])('gives %s with %s', async (range, status, contentRange, bytes) => {
    const response = await get(path, { range });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-range']).toBe(contentRange);
    expect(response.rawPayload).toEqual(Buffer.from(bytes));
  });

  it('answers HEAD without the content', async () => {
    const response = await get(path, {}, 'HEAD');
    expect([response.statusCode, response.headers['content-length'], response.body]).toEqual([200, '1000', '']);
  });

  it('answers 304 for the version the client has, and ignores a range of another one', async () => {
    const { etag } = (await get(path)).headers;
    expect((await get(path, { 'if-none-match': String(etag) })).statusCode).toBe(304);
    expect((await get(path, { range: 'bytes=0-9', 'if-range': String(etag) })).statusCode).toBe(206);
    expect((await get(path, { range: 'bytes=0-9', 'if-range': '"other"' })).statusCode).toBe(200);
  });

  it('says under which name to save it', async () => {
    const response = await get(await signed(key, { downloadName: 'goal.mp4' }));
    expect(response.headers['content-disposition']).toBe('attachment; filename="goal.mp4"');
  });

  it('gives an empty object', async () => {
    await http.stores.get('disk').put({ bucket: 'clips', key: 'empty' }, new Uint8Array());
    const response = await get(await signed('empty'));
    expect([response.statusCode, response.headers['content-length'], response.body]).toEqual([200, '0', '']);
  });

  it('of an object that is not there is 404', async () => {
    expect((await get(await signed('nothing'))).statusCode).toBe(404);
  });

  it.each([
    ['no signature', () => path.replace(/&signature=.*/, '')],
    [
      'another signature',
      () => path.replace(/signature=./, (same) => (same.endsWith('_') ? 'signature=A' : 'signature=_')),
    ],
    ['another key', () => path.replace('.mp4', '.mov')],
    ['a longer life', () => path.replace(/expires=\d+/, 'expires=99999999999999')],
    ['nothing but a path', () => '/files/disk/clips/x'],
    ['a broken escape', () => `/files/disk/clips/%?expires=1&signature=x`],
  ])('with %s is refused', async (_what, url) => {
    const response = await get(url());
    expect([400, 403, 404]).toContain(response.statusCode);
    expect(response.rawPayload).not.toEqual(Buffer.from(content));
  });

  it.each(['/clips/../clips/', '/clips/%2e%2e/clips/', '/clips/./', '/clips//'])(
    'with %s in its path, as only a raw client sends it, is refused',
    async (segment) => {
      expect([400, 403, 404]).toContain(await rawStatus(path.replace('/clips/', segment)));
    },
  );

  it('that has expired says so', async () => {
    const url = await signed(key, { expiresInMs: 1 });
    const deadlineMs = Date.now() + 2000;
    let response = await get(url);
    while (response.statusCode !== 403 && Date.now() < deadlineMs) response = await get(url);
    expect(response.json()).toMatchObject({ code: 'forbidden', detail: 'the address has expired' });
  });
});
