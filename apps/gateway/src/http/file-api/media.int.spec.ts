import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from '../http.fixture.js';
import { fileApiClient, PNG } from './file-api.fixture.js';
import { playlistOf } from './playlist.fixture.js';

const NONE = '5a1ba9c1fff1d651135e5ff1';

let http: HttpUnderTest;
let client: ReturnType<typeof fileApiClient>;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  client = fileApiClient(http);
});
afterAll(() => http.stop());

const media = (operation: string, body: unknown, api = 'oserve') =>
  client.call('POST', `/${api}/v1/media/${operation}/`, body);
const uploaded = (text: string, name = 'a.m3u8') => client.upload(name, Buffer.from(text));
const exportOf = async (body: Record<string, unknown>) => {
  const file = (await http.files.get(await tenantId(), body['id'] as string))!;
  return (await http.exports.find(file.exportId!))!;
};
const tenantId = async (): Promise<string> =>
  (await http.database.dataSource.query<{ id: string }[]>(`SELECT id FROM tenant WHERE slug = 'acme'`))[0].id;

describe('m3u8-concat', () => {
  it.each(['oserve', 'hserve'])('on /%s answers a pending file and asks for an edit', async (api) => {
    const ids = [await uploaded(playlistOf([4, 4])), await uploaded(playlistOf([2.5]))];
    const category = (await client.call('POST', '/oserve/v1.3/file-category/', { name: '视频' })).body['id'];
    const asked = { m3u8s: [...ids, ids[0]], save_as: '1-25-test.m3u8', category_id: category };
    const { status, body } = await media('m3u8-concat', asked, api);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ status: 'pending', media_type: 'other', mime_type: null, size: 0, reference: {}, name: '1-25-test.m3u8' },
      cdn_path: expect.stringMatching(/^[0-9A-Za-z]{16}\.m3u8$/),
      categories: [{ id: category, parent: null, name: '视频' }],
    });
    const { edit, output, state } = await exportOf(body);
    expect(state).toBe('queued');
    expect(edit.clips.map(({ range }) => range)).toEqual([{ kind: 'whole' }, { kind: 'whole' }, { kind: 'whole' }]);
    expect(edit.clips[2]).toEqual(edit.clips[0]);
    expect(output).toMatchObject({ container: 'playlist', destination: { bucket: 'files' }, overwrite: true });
    expect(output.destination.key).toBe(`acme/${String(body['id'])}.m3u8`);
  });

  it('keeps the name as the path when asked, and makes each file anew', async () => {
    const id = await uploaded(playlistOf([4]));
    const asked = { m3u8s: [id], save_as: 'kept.m3u8', random_file_link: false };
    const first = (await media('m3u8-concat', asked)).body;
    const second = (await media('m3u8-concat', asked)).body;
    expect([first['cdn_path'], second['cdn_path']]).toEqual(['kept.m3u8', 'kept.m3u8']);
    expect(second['path']).toBe('http://gateway.test/cdn/acme/kept.m3u8');
    expect((await client.call('GET', `/oserve/v2.2/file/${String(first['id'])}/`)).status).toBe(404);
    expect((await exportOf(second)).state).toBe('queued');
  });

  it.each(['mp4', 'mov', 'ts'])('becomes one file when asked for %s', async (output) => {
    const id = await uploaded(playlistOf([4]));
    const { body } = await media('m3u8-concat', { m3u8s: [id], save_as: `all.${output}`, output });
    expect((await exportOf(body)).output).toMatchObject({ container: output, codec: { kind: 'copy' } });
  });

  it('lets the files that are read wait to be removed', async () => {
    const folder = 'recordings/one';
    const send = async (name: string, content: string) => {
      const announced = (await client.call('POST', '/oserve/v2.1/upload/', { filename: name, prefix: folder })).body;
      expect(announced['cdn_path']).toBe(`${folder}/${name}`);
      expect((await client.send(announced as Record<string, string>, Buffer.from(content))).status).toBe(200);
      return announced['id'] as string;
    };
    const segment = await send('0.ts', 'ts');
    const playlist = await send(
      'play.m3u8',
      playlistOf([4], (index) => `${index}.ts`),
    );
    const { body } = await media('m3u8-concat', { m3u8s: [playlist], save_as: 'x.m3u8' });
    const used = await http.database.dataSource.query<{ file_id: string }[]>(
      'SELECT file_id FROM file_use WHERE export_id = $1 ORDER BY file_id',
      [(await exportOf(body)).id],
    );
    expect(used.map((row) => row.file_id)).toEqual([segment, playlist, String(body['id'])].toSorted());
  });
});

describe('what m3u8-concat refuses', () => {
  it.each<[string, (id: string) => unknown, number, string]>([
    ['no list', () => ({ save_as: 'a' }), 400, 'm3u8s must be a list of 1 to 200 ids'],
    ['an empty list', () => ({ m3u8s: [], save_as: 'a' }), 400, 'm3u8s must be a list'],
    ['what is no id', (id) => ({ m3u8s: [id, 'x'], save_as: 'a' }), 404, 'm3u8s.1: there is no such file'],
    ['an id of nobody', (id) => ({ m3u8s: [id, NONE], save_as: 'a' }), 404, 'm3u8s.1: there is no such file'],
    ['a number', () => ({ m3u8s: [5], save_as: 'a' }), 400, 'm3u8s.0 must be the id of a file'],
    ['no name', (id) => ({ m3u8s: [id] }), 400, 'save_as must be a text'],
    ['a path for a name', (id) => ({ m3u8s: [id], save_as: '../a' }), 400, 'save_as'],
    [
      'an unknown category',
      (id) => ({ m3u8s: [id], save_as: 'a', category_id: NONE }),
      400,
      'category_id is no category',
    ],
    [
      'an unknown output',
      (id) => ({ m3u8s: [id], save_as: 'a', output: 'avi' }),
      400,
      'output must be one of m3u8, mp4',
    ],
    ['a text for a flag', (id) => ({ m3u8s: [id], save_as: 'a', random_file_link: 'no' }), 400, 'random_file_link'],
    ['a list for a body', (id) => [id], 400, 'body must be a JSON object'],
  ])('%s', async (_what, bodyOf, status, message) => {
    const before = await http.countExports();
    const refused = await media('m3u8-concat', bodyOf(await uploaded(playlistOf([4]))));
    expect(refused).toEqual({ status, body: { status: 'error', error_msg: expect.stringContaining(message) } });
    expect(await http.countExports()).toBe(before);
  });

  it.each([
    ['a master playlist', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n', 'm3u8s.0 is a master playlist'],
    ['a live playlist', '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n0.ts\n', 'm3u8s.0 is a live playlist'],
    ['a playlist that is none', '#EXTM3U\n#EXTINF:x,\n0.ts\n#EXT-X-ENDLIST\n', 'm3u8s.0 cannot be taken: Line'],
    ['a way out', '#EXTM3U\n#EXTINF:4,\n/other/0.ts\n#EXT-X-ENDLIST\n', 'outside what may be read'],
    ['another host', '#EXTM3U\n#EXTINF:4,\nhttp://h/0.ts\n#EXT-X-ENDLIST\n', 'is an absolute URL'],
  ])('%s', async (_what, text, message) => {
    const refused = await media('m3u8-concat', { m3u8s: [await uploaded(text)], save_as: 'a.m3u8' });
    expect(refused).toEqual({ status: 400, body: { status: 'error', error_msg: expect.stringContaining(message) } });
  });

  it('a file that is no playlist, and one that is not ready', async () => {
    const png = await media('m3u8-concat', { m3u8s: [await client.upload('a.png', PNG)], save_as: 'a.m3u8' });
    expect(png).toMatchObject({ status: 400, body: { error_msg: 'm3u8s.0 is not an m3u8 playlist' } });
    const pending = (await media('m3u8-concat', { m3u8s: [await uploaded(playlistOf([4]))], save_as: 'a' })).body;
    const refused = await media('m3u8-concat', { m3u8s: [pending['id']], save_as: 'a.m3u8' });
    expect(refused).toMatchObject({ status: 400, body: { error_msg: 'm3u8s.0 is a file whose status is pending' } });
  });

  it('another method', async () => {
    expect(await client.call('GET', '/oserve/v1/media/m3u8-concat/')).toMatchObject({ status: 405 });
  });
});
