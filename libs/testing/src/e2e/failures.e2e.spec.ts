import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { S3Client, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitUntil } from '@clipfleet/local-stack';
import { describeRealS3 } from '../describe-real-s3.js';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints } from '../media/probe.js';
import { DEMO_START_MS, type RecordingOptions } from '../media/recording-options.js';
import type { Recording } from '../media/recording.js';
import { testS3 } from '../test-servers.js';
import { framesBetween, shownFrames, sourceFrames } from './checks.fixture.js';
import {
  bodyOf,
  type Destination,
  exportAt,
  FAILED,
  FINISHED,
  nativeRequest,
  post,
  postUntilEnded,
  submit,
  untilExport,
} from './export-client.fixture.js';
import {
  ABSENT_BUCKET,
  CLOSED_BUCKET,
  type Fleet,
  type FleetStore,
  openFleet,
  SOURCE_BUCKET,
} from './fleet.fixture.js';

const MIB = 1024 * 1024;

const variants = {
  plain: {},
  gap: { gapSegments: [2] },
  missing: { missingSegments: [2] },
  dropped: { droppedSegments: [2] },
  setsOnce: { openGop: true, parameterSetsOnce: true },
  encrypted: { encryption: 'sequence-iv' },
  clockless: { startMs: undefined },
} satisfies Record<string, Partial<RecordingOptions>>;

let fleet: Fleet;
const recordings = {} as Record<keyof typeof variants, Recording>;
beforeAll(async () => {
  for (const [name, options] of Object.entries(variants))
    recordings[name as keyof typeof variants] = await makeRecording(options);
  fleet = await openFleet({ CLIPFLEET_FAILED_POLL_WINDOW_MS: '600000' });
});
afterAll(() => fleet?.close());

const text = (lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));

const failuresOf = (open: () => FleetStore): void => {
  let at: FleetStore;
  let keys: Record<keyof typeof variants, string>;
  beforeAll(async () => {
    at = open();
    const uploads = Object.entries(recordings).map(async ([name, made]) => [name, await fleet.upload(at, made)]);
    keys = Object.fromEntries(await Promise.all(uploads)) as typeof keys;
  });

  const put = async (name: string, body: Uint8Array): Promise<string> => {
    const key = `odd/${name}`;
    await at.store.put({ bucket: SOURCE_BUCKET, key }, body);
    return key;
  };
  /** A playlist of the plain recording in which a segment is another object. */
  const withSegment = async (
    name: string,
    index: number,
    change: (bytes: Uint8Array) => Uint8Array,
  ): Promise<string> => {
    const { segments } = recordings.plain;
    const folder = path.dirname(keys.plain);
    const bytes = await at.store.getBytes(
      { bucket: SOURCE_BUCKET, key: `${folder}/${segments[index].uri}` },
      { limitBytes: 16 * MIB },
    );
    await put(`${name}.ts`, change(bytes));
    const uris = segments.map(({ uri }, each) => (each === index ? `${name}.ts` : `../${folder}/${uri}`));
    const lines = uris.flatMap((uri, each) => [`#EXTINF:${segments[each].durationSeconds},`, uri]);
    return put(`${name}.m3u8`, text(['#EXTM3U', '#EXT-X-TARGETDURATION:2', ...lines, '#EXT-X-ENDLIST']));
  };

  const clip = { StartPos: 1_210, Duration: 8_555, media_type: 'mp4' };
  /** Fails with a code, by name, and leaves nothing. */
  const expectFailure = async (
    fields: Record<string, unknown>,
    code: number,
    message: RegExp,
    destination: Destination = {},
  ): Promise<void> => {
    const before = await fleet.outputKeys(at);
    const body = bodyOf(fleet, at, { ...clip, ...fields }, destination);
    const answer = await postUntilEnded(fleet, body);
    expect(answer).toMatchObject({
      Status: FAILED,
      ErrorCode: code,
      ErrorMessage: expect.stringMatching(message),
      TimeWait: 0,
    });
    expect(answer.VideoPath + answer.ImagePath).toMatch(/^\/clips\/.+/);
    // no path of ours, no address of a store
    expect(answer.ErrorMessage).not.toMatch(/\/tmp\/|127\.0\.0\.1|\n/);
    await expectNothingLeft(before);
  };
  const finished = async (fields: Record<string, unknown>) => {
    const answer = await postUntilEnded(fleet, bodyOf(fleet, at, fields));
    return { answer, found: await exportAt(fleet, answer.VideoPath.slice(1)) };
  };
  /** Cleaning up follows the answer: it is awaited, not slept for. */
  const expectNothingLeft = async (before: readonly string[]): Promise<void> => {
    await waitUntil(async () => (await fleet.openUploads(at)).length === 0, {
      timeoutMs: 30_000,
      what: 'uploads to be aborted',
    });
    expect(await fleet.outputKeys(at)).toEqual(before);
  };

  describe.each(['mp4', 'ts'])('of %s', (media_type) => {
    it('tells a playlist that does not exist', () =>
      expectFailure({ media_type, HiResFilePath: 'nowhere/index.m3u8' }, 10, /nowhere\/index\.m3u8 does not exist/));
    it('tells a segment that does not exist', () =>
      expectFailure(
        { media_type, HiResFilePath: keys.missing },
        90,
        /segments? of the range do(es)? not exist.*segment-00002\.ts/,
      ));
    it('tells an EXT-X-GAP', () =>
      expectFailure({ media_type, HiResFilePath: keys.gap }, 92, /hole.* 4000 to 6000 ms/));
    it('tells a hole that only the wall clock shows', () =>
      expectFailure({ media_type, HiResFilePath: keys.dropped, StartPos: DEMO_START_MS + 1_210 }, 92, /hole/));
    it('tells a range that begins before the recording', () =>
      expectFailure(
        { media_type, HiResFilePath: keys.plain, StartPos: DEMO_START_MS - 2_000 },
        91,
        /not inside the recording/,
      ));
    it('tells a range that ends after the recording', () =>
      expectFailure({ media_type, HiResFilePath: keys.plain, Duration: 13_000 }, 91, /not inside the recording/));
    it('tells a recording without wall clock that is asked for one', () =>
      expectFailure({ media_type, HiResFilePath: keys.clockless, StartPos: DEMO_START_MS }, 96, /wall-clock/));
    it('tells a range longer than the limit', () =>
      expectFailure({ media_type, HiResFilePath: keys.plain, Duration: 27 * 3_600_000 }, 31, /at most/));
    it('tells a first segment that is no media', async () => {
      const garbage = await withSegment(`first-${media_type}`, 0, (bytes) =>
        bytes.map((_, index) => (index * 7919) % 251),
      );
      await expectFailure(
        { media_type, HiResFilePath: garbage },
        93,
        /first-(mp4|ts)\.ts is not an MPEG transport stream/,
      );
    });
    it('tells an empty segment', async () => {
      const empty = await withSegment(`empty-${media_type}`, 2, () => new Uint8Array(0));
      await expectFailure({ media_type, HiResFilePath: empty }, 90, /empty-(mp4|ts)\.ts/);
    });
    it('tells a clip whose parameter sets were only sent at the start', () =>
      expectFailure(
        { media_type, HiResFilePath: keys.setsOnce, StartPos: 3_210, Duration: 4_000 },
        93,
        /parameter sets/,
      ));
    it('tells a bucket that does not exist', () =>
      expectFailure({ media_type, HiResFilePath: keys.plain }, 21, /bucket|destination/i, { bucket: ABSENT_BUCKET }));
    it('tells a destination that refuses writes', async () => {
      const destination = await closeDestination(at);
      await expectFailure({ media_type, HiResFilePath: keys.plain }, 21, /./, destination);
    });
  });

  it('tells an inner segment that is no media', async () => {
    const garbage = await withSegment('inner', 2, (bytes) => bytes.map((_, index) => (index * 7919) % 251));
    await expectFailure({ HiResFilePath: garbage }, 93, /inner\.ts is not an MPEG transport stream/);
    await expectFailure({ HiResFilePath: garbage, media_type: 'ts' }, 93, /inner\.ts is not an MPEG transport stream/);
  });

  it.each([
    ['mp4', ['segment-truncated', 'pictures-missing']],
    ['ts', ['segment-truncated']],
  ])('makes a %s of what there is of a segment that was cut off, and tells it', async (media_type, warnings) => {
    const cutOff = await withSegment(`cut-off-${media_type}`, 2, (bytes) => bytes.subarray(0, bytes.length * 0.3));
    const { answer, found } = await finished({ ...clip, media_type, HiResFilePath: cutOff });
    expect(answer.ErrorCode).toBe(0);
    expect(found.result?.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(warnings));
    expect(found.result?.warnings[0].message).toContain(`cut-off-${media_type}.ts`);
  });

  it('tells a key that does not decrypt', async () => {
    const folder = path.dirname(keys.encrypted);
    const lines = recordings.encrypted.segments.flatMap(({ uri }) => ['#EXTINF:2,', `../${folder}/${uri}`]);
    const head = ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXT-X-KEY:METHOD=AES-128,URI="wrong.bin"'];
    await put('wrong.bin', new Uint8Array(16).fill(9));
    const HiResFilePath = await put('wrong-key.m3u8', text([...head, ...lines, '#EXT-X-ENDLIST']));
    await expectFailure({ HiResFilePath }, 93, /./);
    await expectFailure({ HiResFilePath, media_type: 'ts' }, 93, /./);
  });

  it('never hides that a segment was cut off', async () => {
    const HiResFilePath = await withSegment('short', 2, (bytes) => bytes.subarray(0, bytes.length >> 1));
    const answer = await postUntilEnded(fleet, bodyOf(fleet, at, { ...clip, HiResFilePath }));
    if (answer.Status === FAILED) return expect(answer.ErrorCode).toBe(93);
    const { result } = await exportAt(fleet, answer.VideoPath.slice(1));
    expect(result?.warnings.map(({ code }) => code)).not.toEqual([]);
    expect(result?.videoFrameCount).toBeLessThan(8.555 * 30);
  });

  it('tells an instant that has no thumbnail', async () => {
    const fields = { FetchThumb: true, media_type: undefined, StartPos: undefined, Duration: undefined };
    await expectFailure({ ...fields, HiResFilePath: keys.plain, StartTime: '01:00:00' }, 91, /not inside/);
    await expectFailure({ ...fields, HiResFilePath: keys.gap, StartTime: '00:00:05' }, 92, /hole|Nothing|no media/);
    await expectFailure(
      { ...fields, HiResFilePath: keys.missing, StartTime: '00:00:05' },
      90,
      /does not exist|do not exist/,
    );
  });

  it.each([3, 4])('tells a gap for export_type %i, and leaves no playlist beside it', (export_type) =>
    expectFailure({ export_type, media_type: 'm3u8', HiResFilePath: keys.gap }, 92, /hole/),
  );

  it('tells an mpd that is not there, and one that is no XML', async () => {
    await expectFailure({ LivePath: 'nowhere/manifest.mpd' }, 10, /nowhere/);
    await expectFailure({ LivePath: await put('no.mpd', text(['#EXTM3U'])) }, 94, /./);
  });

  it.each([
    ['is HTML', 94, ['<!DOCTYPE html>', '<html><body>404 Not Found</body></html>']],
    ['is empty', 94, []],
    ['has no segment', 94, ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXT-X-ENDLIST']],
    [
      'leads out of its bucket',
      97,
      ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXTINF:2,', 'http://elsewhere.example/a.ts'],
    ],
    ['climbs', 97, ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXTINF:2,', '../../../../etc/passwd']],
    [
      'is protected by DRM',
      97,
      ['#EXTM3U', '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', '#EXTINF:2,', 'a.ts', '#EXT-X-ENDLIST'],
    ],
  ])('tells a playlist that %s', async (what, code, lines) => {
    const HiResFilePath = await put(`${what.replaceAll(' ', '-')}.m3u8`, text(lines));
    await expectFailure({ HiResFilePath }, code, /./);
  });

  it('tells a playlist of 50 MB without reading it all', async () => {
    const HiResFilePath = await put('huge.m3u8', new Uint8Array(50_000_000).fill(35));
    await expectFailure({ HiResFilePath }, 95, /huge\.m3u8 is too large/);
  });

  it('makes a clip from a playlist of 100,000 lines', async () => {
    const { segments } = recordings.plain;
    const folder = path.dirname(keys.plain);
    const loop = ['#EXT-X-DISCONTINUITY', ...segments.flatMap(({ uri }) => ['#EXTINF:2,', `../${folder}/${uri}`])];
    const lines = Array.from({ length: Math.ceil(100_000 / loop.length) }, () => loop).flat();
    const HiResFilePath = await put(
      'long.m3u8',
      text(['#EXTM3U', '#EXT-X-TARGETDURATION:2', ...lines, '#EXT-X-ENDLIST']),
    );
    const StartPos = 5_000 * 12_000 + 3_210;
    const answer = await postUntilEnded(
      fleet,
      bodyOf(fleet, at, { ...clip, HiResFilePath, StartPos, Duration: 4_555 }),
    );
    expect(answer).toMatchObject({ Status: FINISHED });
    const file = await fleet.download(at, answer.VideoPath.slice(1));
    expect(await shownFrames(file)).toHaveLength(
      framesBetween(await sourceFrames(recordings.plain), 3_210, 7_765).length,
    );
  });

  it.each([
    ['gap', 'gap-tag', { kind: 'from-start', startMs: 1_210, durationMs: 8_555 }, 0],
    ['missing', 'object-missing', { kind: 'from-start', startMs: 1_210, durationMs: 8_555 }, 0],
    [
      'dropped',
      'wall-clock-hole',
      { kind: 'wall-clock', startEpochMs: DEMO_START_MS + 1_210, durationMs: 8_555 },
      DEMO_START_MS,
    ],
  ] as const)(
    'leaves out a hole (%s) when the request says so, and tells it',
    async (name, reason, range, originMs) => {
      const source = await sourceFrames(recordings.plain);
      for (const container of ['mp4', 'ts'] as const) {
        const request = nativeRequest(at, keys[name], range, { container, gapPolicy: 'skip' });
        const made = await untilExport(fleet, (await submit(fleet, request)).id);
        expect(made).toMatchObject({ state: 'completed' });
        expect(made.result?.coverage).toMatchObject({
          requested: { startMs: originMs + 1_210, endMs: originMs + 9_765 },
          missing: [{ startMs: originMs + 4_000, endMs: originMs + 6_000, reason }],
        });
        const file = await fleet.download(at, made.destination.key);
        const startMs = container === 'mp4' ? 1_210 : 0;
        const expected = [...framesBetween(source, startMs, 4_000), ...framesBetween(source, 6_000, 9_765)];
        const shown = await shownFrames(file);
        expect(shown.slice(0, expected.length).map(({ md5 }) => md5)).toEqual(expected.map(({ md5 }) => md5));
        expect(shown.length - expected.length).toBeLessThanOrEqual(container === 'mp4' ? 0 : 2);
        expect(await decodeComplaints(file)).toBe('');
      }
      expect(await fleet.openUploads(at)).toEqual([]);
    },
  );

  it('answers a failed export with the same failure while it is remembered', async () => {
    const body = bodyOf(fleet, at, { ...clip, HiResFilePath: keys.gap });
    const first = await postUntilEnded(fleet, body);
    expect((await post(fleet, body)).answer).toEqual(first);
  });
};

/** A place that is granted and there, and cannot be written. */
const closeDestination = async (at: FleetStore): Promise<Destination> => {
  if (at.rootPath !== undefined) {
    // tests may run as root, whom no mode stops: a file stands where a folder is needed
    await writeFile(path.join(at.rootPath, CLOSED_BUCKET, 'clips'), 'a file');
    return { bucket: CLOSED_BUCKET };
  }
  const { endpoint, region, ...credentials } = testS3()!;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const Statement = [
    { Effect: 'Deny', Principal: '*', Action: ['s3:PutObject'], Resource: [`arn:aws:s3:::${CLOSED_BUCKET}/*`] },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new PutBucketPolicyCommand({ Bucket: CLOSED_BUCKET, Policy }));
  client.destroy();
  return { bucket: CLOSED_BUCKET };
};

describe('failures on the file store', () => failuresOf(() => fleet.fileStore));
describeRealS3('failures', () => failuresOf(() => fleet.s3Store()));
