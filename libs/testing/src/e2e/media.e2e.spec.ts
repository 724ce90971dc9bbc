import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@clipfleet/local-stack';
import { makeRecording } from '../media/make-recording.js';
import { frameHashes } from '../media/probe.js';
import type { Recording } from '../media/recording.js';
import { runProgram } from '../media/run-program.js';
import { testDirectory } from '../test-servers.js';
import { framesBetween, nearestFrame, rebased, sourceFrames } from './checks.fixture.js';
import { fileClient } from './file-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';
import { decodingComplaints, picturesAt, picturesOf, playlistAt, tagsOf } from './playlist-checks.fixture.js';

let fleet: Fleet;
let client: ReturnType<typeof fileClient>;
let plain: Recording;
let keyed: Recording;
let plainId: string;
let keyedId: string;
beforeAll(async () => {
  [fleet, plain, keyed] = await Promise.all([
    openFleet(),
    makeRecording(),
    makeRecording({
      encryption: 'sequence-iv',
      mediaSequence: 7,
      durationSeconds: 6,
      widthPixels: 640,
      heightPixels: 360,
    }),
  ]);
  client = fileClient(fleet);
  [plainId, keyedId] = [
    await client.register(fleet.fileStore, plain),
    await client.uploadRecording(keyed, 'live/keyed'),
  ];
});
afterAll(() => fleet?.close());

const SEGMENT = 2;
describe('m3u8-concat', () => {
  it('plays one recording after another, with a mark at the join and the keys of each', async () => {
    const file = await client.made('m3u8-concat', { m3u8s: [plainId, keyedId, plainId], save_as: 'all.m3u8' });
    expect(file).toMatchObject({
      ...{ status: 'success', media_type: 'video', mime_type: 'application/vnd.apple.mpegurl', name: 'all.m3u8' },
    });
    const playlist = await playlistAt(file.path);
    expect(tagsOf(playlist, 'EXT-X-DISCONTINUITY')).toHaveLength(2);
    expect(tagsOf(playlist, 'EXT-X-ENDLIST')).toHaveLength(1);
    expect(tagsOf(playlist, 'EXT-X-KEY').map((tag) => /METHOD=[^,]*/.exec(tag)![0])).toEqual([
      // each segment has a vector of its own, which its number in the playlist no longer tells
      ...keyed.segments.map(() => 'METHOD=AES-128'),
      'METHOD=NONE',
    ]);
    expect(tagsOf(playlist, 'EXTINF')).toHaveLength(2 * plain.segments.length + keyed.segments.length);
    expect(await decodingComplaints(file.path)).toEqual([]);
    const once = await picturesOf(plain);
    expect(await picturesAt(file.path)).toEqual([...once, ...(await picturesOf(keyed)), ...once]);
    // its segments lie in two buckets, and it is a recording again
    const asked = {
      include: [
        [5, 6],
        [8, 9],
      ],
      index: true,
    };
    const part = await client.made('m3u8-clip', { m3u8: file.id, save_as: 'part.m3u8', ...asked });
    const meta = await client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: part.id });
    expect(meta.body['meta']).toEqual({ duration: 8, points: [2, 4, 6, 8] });
    const shown = [
      [plain, 5, 6],
      [keyed, 0, 1],
      [keyed, 2, 3],
      [plain, 0, 1],
    ] as const;
    const kept = shown.map(([from, first, end]) => picturesOf(from, first * SEGMENT, end * SEGMENT));
    expect(await picturesAt(part.path)).toEqual((await Promise.all(kept)).flat());
  });

  it('lists fragmented MP4, with what a player reads before', async () => {
    const directory = await mkdtemp(path.join(testDirectory(), 'fragmented-'));
    const cut = [
      '-an',
      '-c',
      'copy',
      '-f',
      'hls',
      '-hls_time',
      '2',
      '-hls_segment_type',
      'fmp4',
      '-hls_playlist_type',
      'vod',
    ];
    const source = ['-protocol_whitelist', 'file', '-i', plain.playlistPath];
    await runProgram('ffmpeg', ['-v', 'error', ...source, ...cut, path.join(directory, 'index.m3u8')]);
    const id = await client.uploadRecording({ ...plain, directory }, 'live/fragmented');
    const file = await client.made('m3u8-concat', { m3u8s: [plainId, id, id], save_as: 'all.m3u8' });
    expect(file).toMatchObject({ status: 'success' });
    const playlist = await playlistAt(file.path);
    expect(tagsOf(playlist, 'EXT-X-MAP')).toHaveLength(1);
    expect(tagsOf(playlist, 'EXT-X-DISCONTINUITY')).toHaveLength(2);
    const part = await client.made('m3u8-clip', { m3u8: id, save_as: 'part.m3u8', exclude: [2, 2], index: true });
    const kept = [...(await picturesOf(plain, 0, 2 * SEGMENT)), ...(await picturesOf(plain, 3 * SEGMENT))];
    expect(await picturesAt(part.path)).toEqual(kept);
    const refused = await client.made('m3u8-clip', { m3u8: id, save_as: 'a.mp4', include: [0, 2], output: 'mp4' });
    expect(refused).toMatchObject({ status: 'failed', error_msg: expect.stringContaining('EXT-X-MAP') });
  });

  it.each(['mp4', 'mov', 'ts'])('becomes one %s', async (output) => {
    const again = await makeRecording({ durationSeconds: 4, startMs: undefined });
    const ids = [plainId, await client.register(fleet.fileStore, again)];
    const file = await client.made('m3u8-concat', { m3u8s: ids, save_as: `all.${output}`, output });
    expect(file).toMatchObject({ status: 'success', media_type: 'video' });
    expect(await decodingComplaints(file.path)).toEqual([]);
    expect(await picturesAt(file.path)).toEqual([...(await picturesOf(plain)), ...(await picturesOf(again))]);
  });

  it('tells why there is no file', async () => {
    const holed = await client.register(fleet.fileStore, await makeRecording({ missingSegments: [2] }));
    const file = await client.made('m3u8-concat', { m3u8s: [plainId, holed], save_as: 'x.m3u8' });
    expect(file).toMatchObject({ status: 'failed', error_msg: expect.stringContaining('do not exist') });
    expect((await fetch(file.path)).status).toBe(404);
  });
});

describe('m3u8-clip', () => {
  it.each<[Record<string, unknown>, [number, number][]]>([
    [{ include: [SEGMENT, 2 * SEGMENT] }, [[1, 2]]],
    [{ include: [1, 1], index: true }, [[1, 2]]],
    [
      {
        exclude: [
          [SEGMENT, 2 * SEGMENT],
          [4 * SEGMENT, 4.5 * SEGMENT],
        ],
      },
      [
        [0, 1],
        [2, 4],
        [5, 6],
      ],
    ],
    [
      { include: [0, 4], exclude: [2, 2], index: true },
      [
        [0, 2],
        [3, 5],
      ],
    ],
  ])('of %j shows what is left', async (asked, indexes) => {
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'part.m3u8', ...asked });
    expect(file.status).toBe('success');
    const playlist = await playlistAt(file.path);
    expect(tagsOf(playlist, 'EXT-X-DISCONTINUITY')).toHaveLength(indexes.length - 1);
    expect(await decodingComplaints(file.path)).toEqual([]);
    const kept = await Promise.all(indexes.map(([from, to]) => picturesOf(plain, from * SEGMENT, to * SEGMENT)));
    expect(await picturesAt(file.path)).toEqual(kept.flat());
  });

  it('is a recording again', async () => {
    const part = await client.made('m3u8-clip', { m3u8: keyedId, save_as: 'part.m3u8', include: [1, 2], index: true });
    const file = await client.made('video-clip', { m3u8: part.id, save_as: 'part.m3u8', exclude: [0, 0], index: true });
    expect(file).toMatchObject({ status: 'success' });
    const { body } = await client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: file.id });
    expect(body['meta']).toEqual({ duration: SEGMENT, points: [SEGMENT] });
    expect(await picturesAt(file.path)).toEqual(await picturesOf(keyed, 2 * SEGMENT, 3 * SEGMENT));
  });

  it('is cut where it was asked for, with segments of its own at the edges that go when it is deleted', async () => {
    const include = [
      [1.1, 5.5],
      [7.25, 7.9],
    ];
    const asked = { include, accuracy: 'exact' };
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'exact.m3u8', ...asked });
    expect(file).toMatchObject({ status: 'success', mime_type: 'application/vnd.apple.mpegurl' });
    const playlist = await playlistAt(file.path);
    // an edge at each end of the first clip, one segment between; the second lies within one segment
    expect(tagsOf(playlist, 'EXTINF')).toHaveLength(4);
    expect(tagsOf(playlist, 'EXT-X-BYTERANGE')).toHaveLength(4);
    expect(tagsOf(playlist, 'EXT-X-DISCONTINUITY')).toHaveLength(1);
    const seconds = tagsOf(playlist, 'EXTINF').reduce((sum, tag) => sum + Number(/:([\d.]+)/.exec(tag)![1]), 0);
    const source = await sourceFrames(plain);
    const clips = [framesBetween(source, 1_100, 5_500), framesBetween(source, 7_250, 7_900)];
    expect(seconds).toBeCloseTo(clips.flat().length / 30, 4);
    expect(await decodingComplaints(file.path)).toEqual([]);
    const shown = await frameHashes(file.path);
    expect(shown).toHaveLength(clips.flat().length);
    let from = 0;
    for (const expected of clips) {
      const own = rebased(shown.slice(from, (from += expected.length)));
      expect(own.map(({ pts }) => pts)).toEqual(rebased(expected).map(({ pts }) => pts));
    }
    // from the first segment that was not touched to the last pictures of the clip
    expect(shown.slice(27, 128).map(({ md5 }) => md5)).toEqual(source.slice(60, 161).map(({ md5 }) => md5));
    const edges = /^http.*edges\.ts.*$/m.exec(playlist)![0];
    expect((await fetch(edges)).status).toBe(200);
    expect((await client.call('DELETE', `/oserve/v2.2/file/${file.id}/`)).status).toBe(204);
    const isGone = async (): Promise<boolean> => (await fetch(edges)).status === 404;
    await waitUntil(isGone, { timeoutMs: 30_000, everyMs: 100, what: 'the segments at the edges to be deleted' });
  });

  it('is cut exactly also where it is encrypted, and becomes a recording again', async () => {
    const asked = { include: [1.5, 4.5], accuracy: 'exact' };
    const file = await client.made('video-clip', { m3u8: keyedId, save_as: 'exact.m3u8', ...asked });
    expect(file).toMatchObject({ status: 'success' });
    expect(await decodingComplaints(file.path)).toEqual([]);
    expect(await picturesAt(file.path)).toHaveLength(90);
    const all = { m3u8s: [file.id, plainId], save_as: 'all.mp4', output: 'mp4' };
    const joined = await client.made('m3u8-concat', all);
    expect(joined).toMatchObject({ status: 'success' });
    expect(await picturesAt(joined.path)).toHaveLength(90 + (await picturesOf(plain)).length);
  });

  it('is cut where it was asked for in one mp4, with what is excluded left out', async () => {
    const asked = { include: [1, 9], exclude: [3, 4.5], accuracy: 'exact', output: 'mp4' };
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'exact.mp4', ...asked });
    expect(file).toMatchObject({ status: 'success', mime_type: 'video/mp4' });
    const shown = rebased(await frameHashes(file.path)).map(({ md5 }) => md5);
    expect(shown).toEqual([...(await picturesOf(plain, 1, 3)), ...(await picturesOf(plain, 4.5, 9))]);
  });
});

describe('video-snapshot of a stored mp4', () => {
  it('shows the frame of that instant, is in the list, and knows the end', async () => {
    const directory = await mkdtemp(path.join(testDirectory(), 'snapshot-'));
    const mp4 = path.join(directory, 'a.mp4');
    const input = ['-protocol_whitelist', 'file', '-i', plain.playlistPath];
    // sound would begin a little before the first frame, and so would the file
    await runProgram('ffmpeg', ['-v', 'error', ...input, '-an', '-c', 'copy', mp4]);
    const source = await client.upload('a.mp4', new Uint8Array(await readFile(mp4)));
    const file = await client.made('video-snapshot', { source, save_as: 'a.png', point: '00:00:03.500' });
    expect(file).toMatchObject({ status: 'success', media_type: 'image', mime_type: 'image/png', name: 'a.png' });
    const picture = path.join(directory, 'a.png');
    await writeFile(picture, Buffer.from(await (await fetch(file.path)).arrayBuffer()));
    expect(await nearestFrame(picture, mp4, 105, 2)).toBe(105);
    const listed = await client.call('GET', '/oserve/v2.2/file/?limit=1&order_by=-created_at&media_type=image');
    expect(listed.body['objects']).toMatchObject([{ id: file.id, status: 'success' }]);
    const late = { source, save_as: 'b.png', point: '00:00:13' };
    expect(await client.call('POST', '/oserve/v1/media/video-snapshot/', late)).toMatchObject({
      ...{ status: 400, body: { error_msg: expect.stringContaining('point is past the end of the video') } },
    });
  });
});

describe('a name that is kept', () => {
  it('has what was asked for last', async () => {
    const asked = { save_as: 'kept.m3u8', random_file_link: false, m3u8: plainId, index: true };
    await client.made('m3u8-clip', { ...asked, include: [0, 2] });
    const last = await client.made('m3u8-clip', { ...asked, include: [5, 5] });
    expect(last.path).toBe(`${fleet.url}/cdn/e2e/kept.m3u8`);
    expect(tagsOf(await playlistAt(last.path), 'EXTINF')).toHaveLength(1);
  });
});
