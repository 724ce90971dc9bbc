import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, OTHER_TOKEN, startHttp, TOKEN } from '../http.fixture.js';
import { fileApiClient, PNG } from './file-api.fixture.js';

const MIB = 1024 * 1024;
const FILES = '/oserve/v2.2/file/';
const CATEGORIES = '/oserve/v1.3/file-category/';
const NONE = '5a1ba9c1fff1d651135e5ff1';

let http: HttpUnderTest;
let client: ReturnType<typeof fileApiClient>;
let other: ReturnType<typeof fileApiClient>;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  client = fileApiClient(http);
  other = fileApiClient(http, OTHER_TOKEN);
});
afterAll(() => http.stop());

const storedKeys = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of http.stores.get('disk').list('files', '')) keys.push(key);
  return keys;
};
const openUploads = async () => (await http.stores.get('disk').listUploads('files', '')).length;
const objectsOf = async (query: string): Promise<string[]> => {
  const { body } = await client.call('GET', `${FILES}${query}`);
  return (body['objects'] as { id: string }[]).map(({ id }) => id);
};

describe('an upload', () => {
  it('is announced with all that a client needs, and stores nothing by that', async () => {
    const announced = await client.announce('box_close.png');
    expect(announced).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      policy: expect.any(String),
      authorization: expect.any(String),
      path: `http://gateway.test/cdn/acme/${announced['cdn_path']}`,
      upload_url: expect.stringMatching(/^http:\/\/gateway\.test\/upload\?policy=/),
      name: 'box_close.png',
      cdn_path: expect.stringMatching(/^[0-9A-Za-z]{16}\.png$/),
      created_at: expect.any(Number),
    });
    expect((await client.call('GET', `${FILES}${announced['id']}/`)).status).toBe(404);
  });

  it.each([true, false])('becomes a file, with the file first in the form: %p', async (fileFirst) => {
    const announced = await client.announce('box_close.png');
    const { status, body } = await client.send(announced, PNG, { fileFirst });
    expect([status, body]).toEqual([
      200,
      {
        ...{ code: 200, message: 'ok', file_size: PNG.length, url: announced['cdn_path'], mimetype: 'image/png' },
        time: expect.any(Number),
      },
    ]);
    const file = await client.call('GET', `${FILES}${announced['id']}/`);
    expect(file).toEqual({
      status: 200,
      body: {
        ...{ id: announced['id'], name: 'box_close.png', cdn_path: announced['cdn_path'], path: announced['path'] },
        ...{ media_type: 'image', mime_type: 'image/png', size: PNG.length, status: 'success' },
        ...{ categories: [], reference: {}, created_by: 0 },
        ...{ created_at: expect.any(Number), updated_at: expect.any(Number) },
      },
    });
    const redirect = await http.app.inject({ method: 'GET', url: new URL(announced['path']).pathname });
    expect(redirect.statusCode).toBe(302);
    const { pathname, search } = new URL(String(redirect.headers['location']));
    const content = await http.app.inject({ method: 'GET', url: `${pathname}${search}` });
    expect(content.rawPayload.equals(PNG)).toBe(true);
  });

  it.each([0, 1, 5 * MIB, 8 * MIB, 13 * MIB + 1])('of %d bytes comes through whole', async (sizeBytes) => {
    const content = randomBytes(sizeBytes);
    const id = await client.upload('noise.bin', content);
    const { cdn_path, size, media_type } = (await client.call('GET', `${FILES}${id}/`)).body;
    expect([size, media_type]).toEqual([sizeBytes, 'other']);
    const at = { bucket: 'files', key: `acme/${String(cdn_path)}` };
    const stored = await http.stores.get('disk').getBytes(at, { limitBytes: 16 * MIB });
    expect(Buffer.compare(stored, content)).toBe(0);
    expect(await openUploads()).toBe(0);
  });

  it.each([
    ['another policy', { fields: [['policy', 'other']] as [string, string][] }, 403],
    ['an address without a policy', { url: 'http://gateway.test/upload' }, 403],
    ['an altered address', { url: 'http://gateway.test/upload?policy=e30&authorization=x' }, 403],
    ['a form that ends early', { cutBytes: 9 * MIB }, 400],
  ])('with %s is refused and leaves nothing', async (_what, change, status) => {
    const before = await storedKeys();
    const announced = await client.announce('x.bin');
    const refused = await client.send(announced, randomBytes(10 * MIB), change);
    expect(refused).toEqual({ status, body: { status: 'error', error_msg: expect.any(String) } });
    expect([await storedKeys(), await openUploads()]).toEqual([before, 0]);
    expect((await client.call('GET', `${FILES}${announced['id']}/`)).status).toBe(404);
  });

  it('that is larger than files may be is refused and leaves nothing', async () => {
    const before = await storedKeys();
    const announced = await client.announce('x.bin');
    expect((await client.send(announced, randomBytes(16 * MIB + 1))).status).toBe(413);
    expect([await storedKeys(), await openUploads()]).toEqual([before, 0]);
  });

  it.each([
    [{}, 'filename must be a text'],
    [{ filename: '' }, 'filename must be a text'],
    [{ filename: '../x' }, 'filename contains a dot segment'],
    [{ filename: 'a/b' }, 'filename contains a slash'],
    [{ filename: 'a', category_id: NONE }, 'category_id is no category of yours'],
  ])('is not announced for %j', async (asked, message) => {
    const { status, body } = await client.call('POST', '/oserve/v2.1/upload/', asked);
    expect([status, body['status']]).toEqual([400, 'error']);
    expect(body['error_msg']).toContain(message);
  });
});

describe('files', () => {
  it('are listed in pages, filtered and counted', async () => {
    const category = (await client.call('POST', CATEGORIES, { name: 'listed' })).body['id'] as string;
    const ids: string[] = [];
    for (const name of ['a.png', 'b.png', 'c.png']) ids.push(await client.upload(name, PNG, category));
    const { body } = await client.call('GET', `${FILES}?category=${category}&limit=2&return_total_count=1`);
    expect(body['meta']).toEqual({
      ...{ limit: 2, offset: 0, previous: null, total_count: 3 },
      next: `${FILES}?category=${category}&limit=2&return_total_count=1&offset=2`,
    });
    expect(await objectsOf(`?category=${category}&order_by=created_at`)).toEqual(ids);
    expect(await objectsOf(`?category=${category}`)).toEqual(ids.toReversed());
    expect(await objectsOf(`?category=${category}&offset=1&limit=1`)).toEqual([ids[1]]);
    expect(await objectsOf(`?id__in=${ids[0]},${NONE}`)).toEqual([ids[0]]);
    expect(await objectsOf(`?category=${category}&name__contains=b.`)).toEqual([ids[1]]);
    expect(await objectsOf(`?category=${category}&media_type=video`)).toEqual([]);
    const where = encodeURIComponent(JSON.stringify({ $and: [{ category: { $eq: category } }, { name: 'c.png' }] }));
    expect(await objectsOf(`?where=${where}`)).toEqual([ids[2]]);
  });

  it('have their category as an object on /hserve, where the SDK says Hydrogen-r1', async () => {
    const sdk = fileApiClient(http, TOKEN, 'Hydrogen-r1');
    const category = (await client.call('POST', CATEGORIES, { name: '图片' })).body;
    const id = await client.upload('a.png', PNG, category['id'] as string);
    const { body } = await sdk.call('GET', `/hserve/v2.1/uploaded-file/${id}/`);
    expect(body).toMatchObject({ category: { id: category['id'], name: '图片' }, categories: [{ parent: null }] });
    const list = await sdk.call('GET', '/hserve/v2.2/uploaded-file/?limit=20&offset=0&where={}&return_total_count=0');
    expect((list.body['objects'] as unknown[]).length).toBeGreaterThan(0);
    expect(list.body['meta']).not.toHaveProperty('total_count');
  });

  it.each([
    ['one', (id: string) => ({ url: `${FILES}${id}/` })],
    ['one, without the slash and with a body', (id: string) => ({ url: `${FILES}${id}`, body: {} })],
    ['many in the query', (id: string) => ({ url: `${FILES}?id__in=${id},${NONE}` })],
    ['many in a list', (id: string) => ({ url: FILES, body: { id__in: [id, NONE] } })],
    ['many in a text', (id: string) => ({ url: FILES, body: { id__in: `${NONE},${id}` } })],
  ])('are deleted, by %s', async (_how, requestOf) => {
    const id = await client.upload('a.png', PNG);
    const { url, body } = requestOf(id) as { url: string; body?: object };
    expect(await other.call('DELETE', url, body)).toMatchObject({ status: url.includes(`file/${id}`) ? 404 : 204 });
    expect(await client.call('DELETE', url, body)).toEqual({ status: 204, body: {} });
    expect((await client.call('GET', `${FILES}${id}/`)).status).toBe(404);
  });

  it.each([
    ['GET', `${FILES}${NONE}/`, 404],
    ['GET', `${FILES}x'/`, 404],
    ['DELETE', `${FILES}${NONE}/`, 404],
    ['DELETE', FILES, 400],
    ['GET', `${FILES}?limit=0`, 400],
    ['GET', `${FILES}?where={"x":1}`, 400],
    ['GET', `${FILES}?where={"name":{"$regex":"("}}`, 400],
    ['PUT', FILES, 405],
    ['GET', '/oserve/v9/none/', 404],
  ] as const)('%s %s is refused with %d in the words of the API', async (method, url, status) => {
    const refused = await client.call(method, url);
    expect(refused).toEqual({ status, body: { status: 'error', error_msg: expect.stringMatching(/./) } });
  });

  it('are shown to nobody without a token', async () => {
    expect(await fileApiClient(http, 'unknown').call('GET', FILES)).toMatchObject({ status: 401 });
    expect(await fileApiClient(http, TOKEN, 'Basic').call('GET', FILES)).toMatchObject({ status: 401 });
  });
});

describe('categories', () => {
  it('are created, read, renamed, listed and deleted', async () => {
    const created = await client.call('POST', CATEGORIES, { name: '视频' });
    const id = created.body['id'] as string;
    const category = { id, parent: null, name: '视频' };
    expect(created).toEqual({ status: 201, body: category });
    expect(await client.call('GET', `${CATEGORIES}${id}/`)).toEqual({ status: 200, body: category });
    expect((await client.call('PUT', `${CATEGORIES}${id}/`, { name: 'x' })).body).toEqual({ ...category, name: 'x' });
    const { body } = await client.call('GET', `${CATEGORIES}?limit=1`);
    expect(body['objects']).toEqual([{ ...category, name: 'x' }]);
    expect((await other.call('DELETE', `${CATEGORIES}${id}/`)).status).toBe(404);
    expect((await client.call('DELETE', `${CATEGORIES}${id}/`)).status).toBe(204);
    expect((await client.call('GET', `${CATEGORIES}${id}/`)).status).toBe(404);
  });

  it.each([[{}], [{ name: '' }], [{ name: 5 }], [{ name: 'a\u0000' }], [{ name: 'x'.repeat(256) }]])(
    'are not created of %j',
    async (body) => {
      expect(await client.call('POST', CATEGORIES, body)).toMatchObject({ status: 400, body: { status: 'error' } });
    },
  );
});
