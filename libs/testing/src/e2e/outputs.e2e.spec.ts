import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compactDecrypt } from 'jose';
import type { ExportJson } from '@clipfleet/timeline';
import { describeRealS3 } from '../describe-real-s3.js';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints, ffprobeFile } from '../media/probe.js';
import { DEMO_START_MS } from '../media/recording-options.js';
import type { Recording } from '../media/recording.js';
import {
  copyComplaints,
  expectTsFrames,
  framesBetween,
  nearestFrame,
  packetsOf,
  payloadsOf,
  rebased,
  referenceFile,
  shownFrames,
  sourceFrames,
} from './checks.fixture.js';
import {
  base64Json,
  bodyOf,
  exportAt,
  FINISHED,
  finishedKey,
  freshName,
  post,
  postUntilEnded,
  storageInfo,
} from './export-client.fixture.js';
import { type Fleet, type FleetStore, openFleet, OUTPUT_BUCKET, SOURCE_BUCKET } from './fleet.fixture.js';

const MIB = 1024 * 1024;
const TOTAL_MS = 12_000;
/** Four transport packets. */
const LENT_BYTES = 752;

let fleet: Fleet;
let plain: Recording;
let large: Recording;
beforeAll(async () => {
  [plain, large] = [
    await makeRecording(),
    await makeRecording({ noise: true, segmentSeconds: 8, durationSeconds: 32 }),
  ];
  fleet = await openFleet();
});
afterAll(() => fleet?.close());

const everyOutput = (open: () => FleetStore): void => {
  let at: FleetStore;
  let playlist: string;
  beforeAll(async () => {
    at = open();
    playlist = await fleet.upload(at, plain);
  });
  /** Nothing but the outputs may remain. */
  afterAll(async () => expect(await fleet.openUploads(at)).toEqual([]));

  const make = async (fields: Record<string, unknown>): Promise<{ key: string; file: string }> => {
    const key = await finishedKey(fleet, bodyOf(fleet, at, { HiResFilePath: playlist, ...fields }));
    return { key, file: await fleet.download(at, key) };
  };
  const whole = { StartPos: 0, Duration: TOTAL_MS };
  /** Neither end on a keyframe, nor on a segment, nor on a frame. */
  const clip = { StartPos: DEMO_START_MS + 3_000, Offset: 210, Duration: 4_555 };
  const [startMs, endMs] = [3_210, 7_765];

  it.each(['mp4', 'mov', 'movm'])('makes a whole %s with the packets of one ffmpeg', async (type) => {
    const { key, file } = await make({ ...whole, media_type: type });
    const extension = type === 'mp4' ? 'mp4' : 'mov';
    expect(path.extname(key)).toBe(`.${extension}`);
    expect((await ffprobeFile(file)).formatName).toContain(extension);
    for (const track of ['v:0', 'a:0'])
      expect(await packetsOf(file, track)).toEqual(await packetsOf(await referenceFile(plain, extension), track));
    expect(await decodeComplaints(file)).toBe('');
  });

  it.each(['mp4', 'mov'])('cuts %s exactly: the frames with in ≤ pts < out, and no other', async (type) => {
    const { key, file } = await make({ ...clip, media_type: type });
    const expected = framesBetween(await sourceFrames(plain), startMs, endMs);
    expect(await shownFrames(file)).toEqual(rebased(expected));
    expect(await decodeComplaints(file)).toBe('');
    const { result } = await exportAt(fleet, key);
    expect(result?.videoFrameCount).toBe(expected.length);
    expect(result?.coverage).toMatchObject({
      clock: 'wall',
      requested: { startMs: DEMO_START_MS + startMs, endMs: DEMO_START_MS + endMs },
      missing: [],
    });
    // the first frame at or after in, and the end of the last one before out
    const achieved = result!.coverage.achieved;
    expect(achieved.startMs - DEMO_START_MS).toBe(Math.round(expected[0].pts / 90));
    expect(achieved.endMs - DEMO_START_MS - endMs).toBeLessThan(34);
  });

  it('cuts ts at the keyframe before in, decodable without a word', async () => {
    const { key, file } = await make({ ...clip, media_type: 'ts' });
    expect(await copyComplaints(file)).toBe('');
    expect(await decodeComplaints(file)).toBe('');
    expect((await packetsOf(file, 'v:0'))[0]).toMatch(/ K_ /);
    const shownEndMs = await expectTsFrames(file, plain, 2_000, endMs);
    const { result } = await exportAt(fleet, key);
    expect(result?.coverage.achieved).toEqual({ startMs: DEMO_START_MS + 2_000, endMs: DEMO_START_MS + shownEndMs });
  });

  it('makes a whole ts that is the bytes of its segments', async () => {
    const { file } = await make({ ...whole, media_type: 'ts' });
    for (const track of ['v:0', 'a:0'])
      expect(await payloadsOf(file, track)).toEqual(await payloadsOf(plain.playlistPath, track));
    expect(await copyComplaints(file)).toBe('');
  });

  describe('of segments beyond 5 MiB', () => {
    let largePlaylist: string;
    beforeAll(async () => {
      largePlaylist = await fleet.upload(at, large);
    });
    const range = { StartPos: 2_500, Duration: 27_040 };
    const sizeOf = async (uri: string): Promise<number> => (await stat(path.join(large.directory, uri))).size;
    const expectFrames = (file: string): Promise<number> => expectTsFrames(file, large, 2_000, 29_540);

    it('copies what needs no cut inside the store, and trims the edges', async () => {
      const { key, file } = await make({ ...range, HiResFilePath: largePlaylist, media_type: 'ts' });
      const { result } = await exportAt(fleet, key);
      // of the first the cut may leave nothing: the second lends it what a part must have, if enough is left of itself
      const [second, third] = await Promise.all([1, 2].map((index) => sizeOf(large.segments[index].uri)));
      expect(third).toBeGreaterThan(5 * MIB);
      const left = second - Math.ceil((5 * MIB) / LENT_BYTES) * LENT_BYTES;
      expect(result!.storeCopyBytes).toBe(third + (left >= 5 * MIB ? left : 0));
      expect(result!.storeCopyBytes + result!.workerBytes).toBe(result!.sizeBytes);
      expect(await copyComplaints(file)).toBe('');
      await expectFrames(file);
    });

    it('lets every byte pass a worker when not_fast_ts_extract asks for it', async () => {
      const fields = { ...range, HiResFilePath: largePlaylist, media_type: 'ts', not_fast_ts_extract: true };
      const { key, file } = await make(fields);
      const { result } = await exportAt(fleet, key);
      expect(result).toMatchObject({ storeCopyBytes: 0, workerBytes: result!.sizeBytes });
      await expectFrames(file);
    });

    it('writes an mp4 in several parts with the packets of one ffmpeg', async () => {
      const { file } = await make({
        ...{ StartPos: 0, Duration: 32_000, media_type: 'mp4', HiResFilePath: largePlaylist },
      });
      for (const track of ['v:0', 'a:0'])
        expect(await packetsOf(file, track)).toEqual(await packetsOf(await referenceFile(large, 'mp4'), track));
    });
  });

  it.each(['ts', 'mp4', 'mov'])('makes %s by one ffmpeg when not_fast_tvu264 asks for it', async (type) => {
    const { key, file } = await make({ ...clip, media_type: type, not_fast_tvu264: true });
    if (type === 'ts') await expectTsFrames(file, plain, 2_000, endMs);
    else expect(await shownFrames(file)).toEqual(rebased(framesBetween(await sourceFrames(plain), startMs, endMs)));
    expect(await decodeComplaints(file)).toBe('');
    const { result } = await exportAt(fleet, key);
    expect(result).toMatchObject({ storeCopyBytes: 0 });
  });

  it.each([
    ['00:00:00', 0],
    ['00:00:05', 150],
    ['00:00:11', 330],
  ])('makes the thumbnail of %s', async (StartTime, frameIndex) => {
    const FileName = freshName();
    const key = await finishedKey(
      fleet,
      bodyOf(fleet, at, { FetchThumb: true, FileName, StartTime, HiResFilePath: playlist }),
    );
    expect(path.basename(key)).toBe(`${FileName}_${StartTime.replaceAll(':', '-')}.jpg`);
    const file = await fleet.download(at, key);
    expect((await ffprobeFile(file)).streams[0]).toMatchObject({ codecName: 'mjpeg', width: 320, height: 180 });
    // the test picture moves: its neighbours differ more than the JPEG does
    expect(await nearestFrame(file, plain.playlistPath, frameIndex)).toBe(frameIndex);
  });

  describe('as json (export_type 3 and 4)', () => {
    const notes = { project: 'Prüfung "eins"\n  <&>', description: 'ZGVzYw==\ttab\r\n€' };
    const ask = { ...clip, ...notes, media_type: 'm3u8' };
    const expectJson = (json: ExportJson, key: string): void => {
      expect(json).toMatchObject({
        ...notes,
        file_path: `/${key}`,
        begin_timestamp: DEMO_START_MS + startMs,
        end_timestamp: DEMO_START_MS + endMs,
        chunk_begin_timestamp: DEMO_START_MS + 2_000,
        chunk_end_timestamp: DEMO_START_MS + 8_000,
        begin_offset: 1_210,
        end_offset: 235,
      });
      expect(json.segments.map(({ timestamp }) => timestamp)).toEqual([2, 4, 6].map((s) => DEMO_START_MS + s * 1_000));
    };

    it('writes the JSON, and beside it a playlist that plays', async () => {
      const { key, file } = await make({ ...ask, export_type: 3 });
      const json = (await import(file, { with: { type: 'json' } })) as { default: ExportJson };
      expectJson(json.default, key);
      const playlistKey = key.replace(/json$/, 'm3u8');
      // the buckets as folders of one tree, as a mount or a web server shows them
      const tree = path.join(path.dirname(file), freshName());
      const text = await at.store.getBytes({ bucket: OUTPUT_BUCKET, key: playlistKey }, { limitBytes: MIB });
      expect(new TextDecoder().decode(text)).toBe(json.default.m3u8);
      const sourceDirectory = path.join(tree, SOURCE_BUCKET, path.dirname(playlist));
      const target = path.join(tree, OUTPUT_BUCKET, playlistKey);
      await Promise.all([
        mkdir(sourceDirectory, { recursive: true }),
        mkdir(path.dirname(target), { recursive: true }),
      ]);
      await writeFile(target, text);
      for (const uri of plain.segments.map((segment) => segment.uri)) {
        const key = `${path.dirname(playlist)}/${uri}`;
        const bytes = await at.store.getBytes({ bucket: SOURCE_BUCKET, key }, { limitBytes: 8 * MIB });
        await writeFile(path.join(sourceDirectory, uri), bytes);
      }
      expect(await shownFrames(target)).toEqual(rebased(framesBetween(await sourceFrames(plain), 2_000, 8_000)));
    });

    it('encrypts the same JSON with the key of the tenant', async () => {
      const { key, file } = await make({ ...ask, export_type: 4 });
      expect(path.extname(file)).toBe('.tvu');
      const jwe = await at.store.getBytes({ bucket: OUTPUT_BUCKET, key }, { limitBytes: MIB });
      const { plaintext } = await compactDecrypt(jwe, fleet.jweKey);
      expectJson(JSON.parse(new TextDecoder().decode(plaintext)) as ExportJson, key);
    });
  });

  it.each([
    ['SegmentTemplate with $Number$', 'dash-number'],
    ['SegmentTemplate with $Time$', 'dash-time'],
    ['SegmentList', 'dash-list'],
  ] as const)('reads an mpd of MPEG-TS segments: %s', async (_name, format) => {
    const manifest = await fleet.upload(at, await makeRecording({ format }));
    const fields = { LivePath: manifest, HiResFilePath: undefined, media_type: 'mp4' };
    const { file } = await make({ ...fields, ...whole });
    expect(await packetsOf(file, 'v:0')).toEqual(await packetsOf(await referenceFile(plain, 'mp4'), 'v:0'));
    const cut = await make({ ...fields, ...clip });
    expect(await shownFrames(cut.file)).toEqual(rebased(framesBetween(await sourceFrames(plain), startMs, endMs)));
  });

  describe('where an object is already', () => {
    const pathId = 'taken';
    const ask = (fields: Record<string, unknown>): Record<string, unknown> =>
      bodyOf(fleet, at, { HiResFilePath: playlist, ...clip, media_type: 'mp4', ...fields }, { pathId });
    const before = new TextEncoder().encode('somebody else’s');
    const place = async (): Promise<{ FileName: string; key: string }> => {
      const FileName = freshName();
      const key = `clips/${pathId}/${FileName}.mp4`;
      await at.store.put({ bucket: OUTPUT_BUCKET, key }, before);
      return { FileName, key };
    };

    it('is finished at once when is_cover is false, and leaves it', async () => {
      const { FileName, key } = await place();
      const { answer } = await post(fleet, ask({ FileName, is_cover: false }));
      expect(answer).toMatchObject({ Status: FINISHED, ErrorCode: 0, VideoPath: `/${key}` });
      expect(await at.store.getBytes({ bucket: OUTPUT_BUCKET, key }, { limitBytes: MIB })).toEqual(before);
    });

    it('replaces it when is_cover is true', async () => {
      const { FileName, key } = await place();
      await finishedKey(fleet, ask({ FileName, is_cover: true }));
      expect((await ffprobeFile(await fleet.download(at, key))).formatName).toContain('mp4');
    });

    it('gives the object to exactly one of two different exports that race for it', async () => {
      const FileName = freshName();
      const answers = await Promise.all(
        [2_000, 3_000].map((Duration) => postUntilEnded(fleet, ask({ FileName, Duration, is_cover: false }))),
      );
      const key = `clips/${pathId}/${FileName}.mp4`;
      // who comes late finds the object there (finished), or loses the race for it (code 4)
      expect(answers.map(({ ErrorCode }) => ErrorCode).toSorted((a, b) => a - b)[0]).toBe(0);
      for (const { ErrorCode } of answers) expect([0, 4]).toContain(ErrorCode);
      const file = await fleet.download(at, key);
      expect([60, 90]).toContain((await shownFrames(file)).length);
    });
  });

  it.each([
    ['the base64', (info: string) => encodeURIComponent(info)],
    ['the JSON', (info: string) => encodedJson(info)],
  ])('understands a Chinese folder when IsUriEncode says that %s is URI-encoded', async (_what, encode) => {
    const rootFolder = '导出/体育 频道';
    const info = base64Json(storageInfo(at, { rootFolder, pathId: '进球' }));
    const fields = { ...clip, media_type: 'mp4', IsUriEncode: true, storage_info: encode(info) };
    const { key, file } = await make(fields);
    expect(key).toMatch(new RegExp(`^${rootFolder}/进球/clip-\\d+\\.mp4$`));
    expect(await decodeComplaints(file)).toBe('');
  });
};

const encodedJson = (info: string): string =>
  Buffer.from(encodeURIComponent(Buffer.from(info, 'base64').toString())).toString('base64');

describe('the outputs of the export API on the file store', () => everyOutput(() => fleet.fileStore));
describeRealS3('the outputs of the export API', () => everyOutput(() => fleet.s3Store()));
