import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from '../http.fixture.js';
import { fileApiClient } from './file-api.fixture.js';
import { playlistOf } from './playlist.fixture.js';

let http: HttpUnderTest;
let client: ReturnType<typeof fileApiClient>;
let source: string;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
  client = fileApiClient(http);
  source = await client.upload('a.m3u8', Buffer.from(playlistOf([4, 4, 2.5])));
});
afterAll(() => http.stop());

const snapshot = (body: object) => client.call('POST', '/oserve/v1/media/video-snapshot/', body);

it('video-snapshot answers a pending file when no picture comes in time, and asks for an image', async () => {
  const { status, body } = await snapshot({ source, save_as: 'a.webp', point: '00:00:08.250', size: '64x36' });
  expect([status, body]).toMatchObject([
    200,
    { status: 'pending', media_type: 'other', size: 0, name: 'a.webp', cdn_path: expect.stringMatching(/\.webp$/) },
  ]);
  const [{ tenant_id }] = await http.database.dataSource.query<{ tenant_id: string }[]>('SELECT tenant_id FROM file');
  const file = (await http.files.get(tenant_id, body['id'] as string))!;
  const { edit, output } = (await http.exports.find(file.exportId!))!;
  expect(edit.clips[0].range).toEqual({ kind: 'from-start', startMs: 8250, durationMs: 1 });
  expect(output).toMatchObject({ container: 'image', imageFormat: 'webp', imageSize: { width: 64, height: 36 } });
  expect(output.destination.key).toBe(`acme/${file.id}.webp`);
});

it.each([
  ['00:00:10.500', 400, 'point is past the end of the video, which is 10500 ms long'],
  ['01:00:00', 400, 'point is past the end'],
])('video-snapshot refuses the point %s', async (point, status, message) => {
  const before = await http.countExports();
  const refused = await snapshot({ source, save_as: 'a.png', point });
  expect(refused).toEqual({ status, body: { status: 'error', error_msg: expect.stringContaining(message) } });
  expect(await http.countExports()).toBe(before);
});

it('video-snapshot does not know files of nobody', async () => {
  expect(await snapshot({ source: '5a1ba9c1fff1d651135e5ff1', save_as: 'a.png', point: '00:00:01' })).toMatchObject({
    ...{ status: 404, body: { error_msg: 'source: there is no such file' } },
  });
});
