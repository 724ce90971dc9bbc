import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, OTHER_TOKEN, startHttp } from '../http.fixture.js';
import { fileApiClient } from './file-api.fixture.js';
import { playlistOf } from './playlist.fixture.js';

const REGISTER = '/v1/files:register';

let http: HttpUnderTest;
let client: ReturnType<typeof fileApiClient>;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  client = fileApiClient(http);
});
afterAll(() => http.stop());

const put = (bucket: string, key: string, content: string) =>
  http.stores.get('disk').put({ bucket, key }, Buffer.from(content));
const fetched = async (address: string) => {
  const { pathname, search } = new URL(address, 'http://gateway.test');
  return http.app.inject({ method: 'GET', url: `${pathname}${search}` });
};
/** What a player asks for: the addresses in a playlist, as they count from its own. */
const addressesIn = (playlist: string): string[] =>
  playlist.split('\n').flatMap((line) => {
    if (line.startsWith('#')) return /URI="([^"]+)"/.exec(line)?.slice(1) ?? [];
    return line === '' ? [] : [line];
  });
const upload = async (prefix: string, filename: string, content: string) => {
  const announced = (await client.call('POST', '/oserve/v2.1/upload/', { filename, prefix })).body;
  expect((await client.send(announced as Record<string, string>, Buffer.from(content))).status).toBe(200);
  return announced as Record<string, string>;
};

describe('a recording that is uploaded below one prefix', () => {
  const keyed = `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k/0.key"\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n`;

  it('plays by the address of its playlist', async () => {
    for (const [name, content] of [
      ['0.ts', 'segment 0'],
      ['1 a.ts', 'segment 1'],
    ])
      await upload('live/one', name, content);
    const uris = ['0.ts', '1%20a.ts'];
    const { path } = await upload(
      'live/one',
      'play.m3u8',
      playlistOf([4, 4], (index) => uris[index]),
    );
    expect(path).toBe('http://gateway.test/cdn/acme/live/one/play.m3u8');
    const playlist = await fetched(path);
    expect(playlist.headers['content-type']).toContain('application/vnd.apple.mpegurl');
    expect(playlist.headers['access-control-allow-origin']).toBe('*');
    const segments = await Promise.all(addressesIn(playlist.body).map(fetched));
    expect(segments.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, 'segment 0'],
      [200, 'segment 1'],
    ]);
    expect(playlist.body.split('\n').filter((line) => line.startsWith('#'))).toEqual(
      playlistOf([4, 4])
        .split('\n')
        .filter((line) => line.startsWith('#')),
    );
  });

  it('finds its keys, and variants that are files', async () => {
    await upload('live/two/k', '0.key', 'sixteen bytes...');
    await upload('live/two', '0.ts', 'segment');
    await upload('live/two', 'low.m3u8', keyed);
    const { path } = await upload('live/two', 'all.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n');
    const [variant] = addressesIn((await fetched(path)).body);
    const played = await Promise.all(addressesIn((await fetched(variant)).body).map(fetched));
    expect(played.map(({ body }) => body)).toEqual(['sixteen bytes...', 'segment']);
  });

  it('leads nowhere that its tenant may not read', async () => {
    await put('files', 'other/secret.ts', 'secret');
    await put('shared', 'acme/write-only.ts', 'secret');
    const outside = [
      '../../../other/secret.ts',
      '/other/secret.ts',
      '../../../../shared/acme/write-only.ts',
      'http://h/0.ts',
    ];
    const text = playlistOf([1, 1, 1, 1], (index) => outside[index]);
    const { path } = await upload('live/three', 'a.m3u8', text);
    expect(addressesIn((await fetched(path)).body)).toEqual(outside);
  });

  it.each([
    ['a//b', 'prefix has a name that is empty'],
    ['/a', 'prefix has a name that is empty'],
    ['a/../b', 'prefix contains a dot segment'],
    ['a\\b', 'prefix contains a slash'],
    [5, 'prefix must be a text'],
  ])('below %j is refused', async (prefix, message) => {
    const refused = await client.call('POST', '/oserve/v2.1/upload/', { filename: 'a.ts', prefix });
    expect(refused).toEqual({ status: 400, body: { status: 'error', error_msg: expect.stringContaining(message) } });
  });
});

describe('a recording that is registered where it lies', () => {
  beforeAll(async () => {
    await put('recordings', 'rec/0.ts', 'segment 0');
    await put('recordings', 'rec/play.m3u8', playlistOf([4]));
  });
  const place = { store: 'disk', bucket: 'recordings', key: 'rec/play.m3u8' };

  it('is a file, the same one each time, and plays', async () => {
    const { status, body } = await client.call('POST', REGISTER, place);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ name: 'play.m3u8', status: 'success', media_type: 'video', mime_type: 'application/vnd.apple.mpegurl' },
      ...{ size: playlistOf([4]).length, cdn_path: expect.stringMatching(/^[0-9A-Za-z]{16}\.m3u8$/) },
    });
    expect(await client.call('POST', REGISTER, { ...place, name: 'again' })).toEqual({ status: 201, body });
    expect((await client.call('GET', `/oserve/v2.2/file/${String(body['id'])}/`)).body).toEqual(body);
    const [segment] = addressesIn((await fetched(body['path'] as string)).body);
    expect((await fetched(segment)).body).toBe('segment 0');
    const meta = await client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: body['id'] });
    expect(meta.body['meta']).toEqual({ duration: 4, points: [4] });
  });

  it('stays where it lies when its file is deleted', async () => {
    const { body } = await client.call('POST', REGISTER, place);
    expect((await client.call('DELETE', `/oserve/v2.2/file/${String(body['id'])}/`)).status).toBe(204);
    const removals = await http.database.dataSource.query<unknown[]>('SELECT * FROM file_removal');
    expect(removals).toEqual([]);
    expect((await client.call('POST', REGISTER, place)).body['id']).not.toBe(body['id']);
  });

  it.each([
    [{ key: 'rec/none.m3u8' }, 404, 'there is no rec/none.m3u8 in recordings'],
    [{ bucket: 'shared', key: 'acme/x.m3u8' }, 403, 'may not read'],
    [{ bucket: 'files', key: 'acme/x.m3u8' }, 403, 'may not read'],
    [{ store: 'nowhere' }, 400, 'store names no store of this fleet'],
    [{ key: '../x' }, 400, 'key contains a dot segment'],
    [{ bucket: undefined }, 400, 'bucket is wrong'],
    [{ more: 1 }, 400, 'more is not a field'],
    [{ category_id: '5a1ba9c1fff1d651135e5ff1' }, 400, 'category_id is no category'],
  ])('with %j is refused', async (change, status, message) => {
    const asked = { ...place, ...('category_id' in change && { key: 'rec/0.ts' }), ...change };
    const refused = await client.call('POST', REGISTER, asked);
    expect([refused.status, refused.body['detail']]).toEqual([status, expect.stringContaining(message)]);
  });

  it('is registered by nobody without a token, and by each tenant for itself', async () => {
    expect((await fileApiClient(http, 'unknown').call('POST', REGISTER, place)).status).toBe(401);
    const mine = await client.call('POST', REGISTER, place);
    const theirs = await fileApiClient(http, OTHER_TOKEN).call('POST', REGISTER, place);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
  });
});

describe('m3u8-meta', () => {
  const metaOf = async (text: string) =>
    client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: await client.upload('a.m3u8', Buffer.from(text)) });

  it('tells where segments end; the last point is the duration', async () => {
    expect(await metaOf(playlistOf([20.44, 19.56, 20.92, 8.599]))).toEqual({
      status: 200,
      body: { status_code: 200, message: 'ok', meta: { duration: 69.519, points: [20.44, 40, 60.92, 69.519] } },
    });
  });

  it('refuses what is no recording that has ended', async () => {
    expect(await metaOf('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n')).toMatchObject({ status: 400 });
    const unknown = await client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: '5a1ba9c1fff1d651135e5ff1' });
    expect(unknown).toEqual({ status: 404, body: { status: 'error', error_msg: 'm3u8: there is no such file' } });
    expect(await client.call('POST', '/oserve/v1/media/m3u8-meta/')).toMatchObject({ status: 400 });
  });
});

describe('m3u8-clip', () => {
  it.each(['m3u8-clip', 'video-clip'])('is asked for at /%s', async (operation) => {
    const id = await client.upload('a.m3u8', Buffer.from(playlistOf([4, 4, 4])));
    const { body } = await client.call('POST', `/hserve/v1/media/${operation}/`, {
      ...{ m3u8: id, save_as: 'x.m3u8', include: [0, 5] },
    });
    expect(body).toMatchObject({ status: 'pending', name: 'x.m3u8', category: {} });
    const tenant = await http.database.dataSource.query<{ id: string }[]>(`SELECT id FROM tenant WHERE slug = 'acme'`);
    const file = (await http.files.get(tenant[0].id, body['id'] as string))!;
    const made = (await http.exports.find(file.exportId!))!;
    expect(made.edit.clips.map(({ range }) => range)).toEqual([{ kind: 'segments', firstIndex: 0, endIndex: 2 }]);
    expect(made.output.container).toBe('playlist');
  });
});
