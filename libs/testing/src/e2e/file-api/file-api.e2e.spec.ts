import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileClient, type Told } from '../file-client.fixture.js';
import { type Fleet, openFleet } from '../fleet.fixture.js';
import { documented, documentedEndpoints, documentedNames } from './documented-endpoints.fixture.js';
import { type MediaFiles, uploadMediaFiles } from './media-files.fixture.js';
import { shapeDifferences } from './shape-differences.fixture.js';
import { openVendorSdk } from './vendor-sdk.fixture.js';

const NONE = '5a1ba9c1fff1d651135e5ff1';
const ID = /^[0-9a-f]{24}$/;

let fleet: Fleet;
let client: ReturnType<typeof fileClient>;
let media: MediaFiles;
beforeAll(async () => {
  // a slow machine is no reason to answer that a picture is pending
  fleet = await openFleet({ CLIPFLEET_SNAPSHOT_WAIT_MS: '60000' });
  client = fileClient(fleet);
  media = await uploadMediaFiles(client);
});
afterAll(() => fleet?.close());

/** The documentation's own requests, about our files. */
const ours = (field: string): unknown =>
  ({
    source: media.m3u8,
    m3u8: media.m3u8,
    m3u8s: [media.m3u8, media.m3u8],
    category_id: media.category,
    point: '00:00:05.000',
  })[field];
const bodyOf = (title: string): Record<string, unknown> => {
  const shown = Object.entries(documented(title).requested ?? {});
  const body = Object.fromEntries(shown.map(([field, value]) => [field, ours(field) ?? value]));
  return title === '音视频原信息' ? { source: media.mp4 } : body;
};
const post = (title: string, body: object): Promise<Told> => client.call('POST', documented(title).path, body);

const mediaEndpoints = documentedEndpoints.filter(({ path }) => path.includes('/media/')).map(({ title }) => title);

describe('the documented file API', () => {
  const rules = (title: string) => ({
    types: documented(title).returned,
    more: documentedNames,
    free: new Set(['metadata', 'reference']),
  });
  const differences = (title: string, answer: unknown) =>
    shapeDifferences(documented(title).example, answer, rules(title));
  const stored = (filename: string): Promise<string> => client.upload(filename, new Uint8Array([1, 2, 3]));

  it('shows a file in the documented shape', async () => {
    const title = '获取文件详情';
    const announced = await client.call<Record<string, string>>('POST', '/oserve/v2.1/upload/', {
      ...{ filename: 'box_close.png', category_id: media.category },
    });
    const form = new FormData();
    for (const name of ['policy', 'authorization']) form.append(name, announced.body[name]);
    form.append('file', new Blob([new Uint8Array(8)]), 'box_close.png');
    await fetch(announced.body['upload_url'], { method: 'POST', body: form });
    const path = documented(title).path.replace(':file_id', announced.body['id']);
    const { status, body } = await client.call('GET', path);
    expect([status, differences(title, body)]).toEqual([200, []]);
    const list = await client.call<{ objects: object[] }>(
      'GET',
      `${documented('获取文件列表').path}?category=${media.category}`,
    );
    expect(Object.keys(list.body)).toEqual(['meta', 'objects']);
    expect(list.body.objects).toContainEqual(body);
  });

  it('deletes one and several', async () => {
    const [one, two, three] = [await stored('1'), await stored('2'), await stored('3')];
    const single = documented('删除文件');
    const several = documented('批量删除文件');
    const deleted = [
      (await client.call('DELETE', single.path.replace(':file_id', one))).status,
      (await client.call('DELETE', several.path.replace(':file1_id,:file2_id', `${two},${three}`))).status,
    ];
    expect(deleted).toEqual([...single.statuses, ...several.statuses]);
    expect(deleted).toEqual([204, 204]);
    for (const id of [one, two, three]) expect((await client.call('GET', `/oserve/v2.2/file/${id}/`)).status).toBe(404);
  });

  it.each(mediaEndpoints)('%s answers in the documented shape to the documented request', async (title) => {
    const { status, body } = await post(title, bodyOf(title));
    expect({ status, body, differences: status === 200 && differences(title, body) }).toEqual({
      ...{ status: 200, body, differences: [] },
    });
  });

  it.each(mediaEndpoints)('%s has the documented statuses', async (title) => {
    const body = bodyOf(title);
    const [field, value] = Object.entries(body).find(([name]) => /^(source|m3u8s?)$/.test(name))!;
    const unknown = { ...body, [field]: Array.isArray(value) ? [NONE] : NONE };
    const told = [await post(title, {}), await post(title, unknown)];
    expect([200, ...told.map(({ status }) => status)]).toEqual(documented(title).statuses);
    for (const refused of told) expect(refused.body).toEqual({ status: 'error', error_msg: expect.any(String) });
  });

  it('tells what is in the mp4 that was uploaded', async () => {
    const { body } = await post('音视频原信息', { source: media.mp4 });
    expect(body).toMatchObject({
      format: { format: 'mov,mp4,m4a,3gp,3g2,mj2', fullname: 'QuickTime / MOV', filesize: media.mp4Bytes.length },
      streams: [
        { index: 0, type: 'video', codec: 'h264', video_fps: 30, video_width: 320, video_height: 180 },
        { index: 1, type: 'audio', codec: 'aac', audio_samplerate: 48_000 },
      ],
    });
  });
});

describe('audio-video-meta', () => {
  it('tells of a recording what its segments have, as long as it is', async () => {
    const { status, body } = await post('音视频原信息', { source: media.m3u8 });
    const duration = expect.closeTo(media.durationSeconds, 3);
    expect([status, body]).toMatchObject([
      200,
      {
        format: { format: 'hls', fullname: 'Apple HTTP Live Streaming', duration, bitrate: null },
        streams: [
          { type: 'video', codec: 'h264', duration, video_width: 320, video_fps: 30 },
          { type: 'audio', codec: 'aac', duration, audio_samplerate: 48_000 },
        ],
      },
    ]);
  });
});

describe.each(['hserve', 'oserve'] as const)('the vendor’s own client, on /%s,', (api) => {
  let vendor: ReturnType<typeof openVendorSdk>;
  let files: InstanceType<ReturnType<typeof openVendorSdk>['sdk']['File']>;
  beforeAll(() => {
    vendor = openVendorSdk(fleet, api);
    files = new vendor.sdk.File();
  });
  afterAll(() => vendor?.close());

  const upload = async (name: string, meta?: object): Promise<string> => {
    const fileObj = vendor.fileOf(name, new Uint8Array([1, 2, 3, 4]));
    const { data } = await files.upload({ fileObj }, meta);
    expect(data.file).toEqual({
      ...{ id: expect.stringMatching(ID), name, size: 4, path: data.path, created_at: expect.any(Number) },
      ...{ mime_type: 'application/octet-stream', cdn_path: expect.stringMatching(/^\w{16}\.bin$/) },
    });
    return data.file['id'] as string;
  };

  it('uploads, gets, finds, counts and deletes files', async () => {
    const name = `${api}.bin`;
    const [one, two, three] = [await upload(name), await upload(name), await upload(name)];
    expect((await files.get(one)).data).toMatchObject({ id: one, name, status: 'success', size: 4 });
    const query = new vendor.sdk.Query();
    query.compare('name', '=', name);
    const found = async (): Promise<string[]> =>
      (await files.setQuery(query).orderBy('created_at').find()).data.objects.map(({ id }) => id);
    expect(await found()).toEqual([one, two, three]);
    const page = await files.setQuery(query).limit(1).offset(1).orderBy('-created_at').find({ withCount: true });
    expect([page.data.objects.map(({ id }) => id), page.data.meta['total_count']]).toEqual([[two], 3]);
    expect(await files.setQuery(query).count()).toBe(3);
    expect((await files.delete(one)).status).toBe(204);
    await expect(files.get(one)).rejects.toThrow(/there is no such file/);
    expect((await files.delete(vendor.listOf(two, three, NONE))).status).toBe(204);
    expect(await found()).toEqual([]);
  });

  it('knows categories and what is in them', async () => {
    const { body } = await client.call<{ id: string }>('POST', `/${api}/v1.3/file-category/`, { name: api });
    const id = await upload('sorted.bin', { categoryID: body.id });
    const categories = new vendor.sdk.FileCategory();
    expect((await categories.get(body.id)).data).toMatchObject({ id: body.id, name: api });
    expect((await categories.find()).data.objects).toContainEqual(expect.objectContaining({ id: body.id }));
    expect((await categories.getFileList(body.id)).data.objects.map((file) => file.id)).toEqual([id]);
  });

  it('makes a snapshot, a concat and a clip, and asks for what is in them', async () => {
    const picture = await files.genVideoSnapshot({ source: media.m3u8, save_as: 'a.png', point: '00:00:01' });
    expect(picture).toMatchObject({ status: 'success', media_type: 'image', mime_type: 'image/png', name: 'a.png' });
    const ofFile = await files.genVideoSnapshot({ source: media.mp4, save_as: 'b.jpg', point: '00:00:02.5' });
    expect(ofFile).toMatchObject({ status: 'success', media_type: 'image', mime_type: 'image/jpeg', name: 'b.jpg' });
    const all = await files.videoConcat({ m3u8s: [media.m3u8, media.m3u8], save_as: 'all.m3u8' });
    const clip = await files.videoClip({ m3u8: media.m3u8, include: [0, 2], save_as: 'clip.m3u8' });
    for (const { id } of [all, clip]) await client.untilSettled(String(id));
    const durationOf = async (id: unknown): Promise<number> =>
      ((await files.videoMeta({ m3u8: id })) as { meta: { duration: number } }).meta.duration;
    expect([await durationOf(all['id']), await durationOf(clip['id'])]).toEqual([
      expect.closeTo(2 * media.durationSeconds, 3),
      expect.closeTo(2, 3),
    ]);
    const told = await files.videoAudioMeta({ source: picture['id'] });
    expect(told).toMatchObject({ streams: [{ type: 'video', codec: 'png', video_width: 320, video_height: 180 }] });
  });

  it('is told in words what is wrong', async () => {
    await expect(files.videoConcat({ m3u8s: [NONE], save_as: 'a.m3u8' })).rejects.toThrow(/there is no such file/);
    await expect(files.genVideoSnapshot({ source: media.m3u8, save_as: 'a.png' })).rejects.toThrow(/point must be/);
  });
});
