import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MediaReport } from '@clipfleet/contracts';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from '../http.fixture.js';
import { fileApiClient, PNG } from './file-api.fixture.js';
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

describe('video-snapshot of a stored video', () => {
  /** The first bytes of an mp4. */
  const MP4 = Buffer.from('00000020667479706d703432000000006d7034326d703431', 'hex');
  const stream = { index: 0, codec: 'h264', codecName: 'H.264', metadata: {} };
  const video = { ...stream, type: 'video', video: { width: 64, height: 36 } };
  const cover = { ...video, video: { ...video.video, attached: true as const } };
  const audio = { ...stream, type: 'audio', audio: { channelCount: 2, sampleRateHz: 48_000 } };
  const report: MediaReport = {
    ...{ format: 'mov,mp4', formatName: 'QuickTime / MOV', durationUs: 10_400_000, streams: [audio, video] },
  };
  let mp4: string;
  beforeAll(async () => {
    mp4 = await client.upload('a.mp4', MP4);
  });
  const whenItIs = (media: MediaReport): void => {
    http.questions.probe = () => Promise.resolve({ ok: true, media });
  };

  it('asks for an image of the file itself', async () => {
    whenItIs(report);
    const { status, body } = await snapshot({ source: mp4, save_as: 'a.png', point: '00:00:10.399', size: '64x36' });
    expect([status, body]).toMatchObject([200, { status: 'pending', name: 'a.png' }]);
    const [{ tenant_id, reads }] = await http.database.dataSource.query<{ tenant_id: string; reads: number }[]>(
      'SELECT tenant_id, (SELECT count(*)::int FROM file_use WHERE file_id = $1) AS reads FROM file WHERE id = $1',
      [mp4],
    );
    expect(reads).toBe(1);
    const file = (await http.files.get(tenant_id, body['id'] as string))!;
    const { edit, output } = (await http.exports.find(file.exportId!))!;
    const { at } = (await http.files.get(tenant_id, mp4))!;
    const range = { kind: 'from-start', startMs: 10_399, durationMs: 1 };
    expect(edit).toEqual({ clips: [{ source: { format: 'file', locations: [at] }, range }] });
    expect(output).toMatchObject({ container: 'image', imageFormat: 'png', imageSize: { width: 64, height: 36 } });
  });

  it.each<[string, string, MediaReport, string]>([
    ['a point past its end', '00:00:10.400', report, 'point is past the end of the video, which is 10400 ms long'],
    ['sound', '00:00:01', { ...report, streams: [audio] }, 'source has no video'],
    ['sound with a cover', '00:00:01', { ...report, streams: [audio, cover] }, 'source has no video'],
    ['an encrypted video', '00:00:01', { ...report, encrypted: true }, 'source is encrypted'],
    ['a video without a length', '00:00:01', { ...report, durationUs: undefined }, 'does not tell how long it is'],
  ])('refuses %s by name', async (_what, point, media, message) => {
    whenItIs(media);
    const before = await http.countExports();
    const refused = await snapshot({ source: mp4, save_as: 'a.png', point });
    expect(refused).toEqual({ status: 400, body: { status: 'error', error_msg: expect.stringContaining(message) } });
    expect(await http.countExports()).toBe(before);
  });

  it('refuses an image, and what is no media, by name', async () => {
    const image = await client.upload('a.png', PNG);
    const asked = { save_as: 'b.png', point: '00:00:00' };
    expect((await snapshot({ ...asked, source: image })).body['error_msg']).toContain('is an image, not a video');
    http.questions.probe = () => Promise.resolve({ ok: false, reason: 'undecodable', message: 'no' });
    expect(await snapshot({ ...asked, source: mp4 })).toMatchObject({
      ...{ status: 400, body: { error_msg: expect.stringContaining('is no audio or video that can be read') } },
    });
  });
});
