import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, OTHER_TOKEN, startHttp } from '../http.fixture.js';
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

const meta = (body: object, by = client) => by.call('POST', '/oserve/v1/media/audio-video-meta/', body);

it.each([
  [400, {}],
  [400, { source: 5 }],
  [404, { source: NONE }],
])('audio-video-meta answers %d to %j', async (status, body) => {
  expect(await meta(body)).toEqual({ status, body: { status: 'error', error_msg: expect.any(String) } });
});

it('audio-video-meta does not tell of files of somebody else, or that are not there yet', async () => {
  const source = await client.upload('a.png', PNG);
  expect((await meta({ source }, fileApiClient(http, OTHER_TOKEN))).status).toBe(404);
  await http.database.dataSource.query(`UPDATE file SET status = 'pending' WHERE id = $1`, [source]);
  expect(await meta({ source })).toMatchObject({
    status: 400,
    body: { error_msg: 'source is a file whose status is pending' },
  });
});

it('audio-video-meta says so when no worker answers', async () => {
  const source = await client.upload('a.png', PNG);
  expect(await meta({ source })).toEqual({
    status: 503,
    body: { status: 'error', error_msg: expect.stringContaining('no worker answered') },
  });
});

it.each([
  ['one whose segments are not there', playlistOf([4]), 'which is not there'],
  [
    'one whose segments are encrypted',
    playlistOf([4]).replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF'),
    'encrypted segments',
  ],
  ['a master playlist', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n', 'is a master playlist'],
])('audio-video-meta refuses a playlist by name: %s', async (_what, text, message) => {
  const source = await client.upload('a.m3u8', Buffer.from(text));
  expect(await meta({ source })).toEqual({
    ...{ status: 400, body: { status: 'error', error_msg: expect.stringContaining(message) } },
  });
});
