import { afterAll, describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import type { TaskReport } from '@clipfleet/contracts';
import { decodeRangeReport, MIN_PART_BYTES } from '@clipfleet/isobmff';
import { SamplePool } from '@clipfleet/mpegts';
import {
  type BenchRecording,
  copiedPackets,
  decodeComplaints,
  ffprobePackets,
  type ProbedPacket,
  frameHashes,
  type RecordingOptions,
  referenceCopy,
  slicePiece,
  TaskBench,
} from '@clipfleet/testing';
import type { RemuxRangeTask } from '@clipfleet/timeline';
import { remuxRange } from './remux-range.js';

const bench = new TaskBench();
const LARGE_PICTURES = {
  noise: true,
  widthPixels: 640,
  heightPixels: 360,
  durationSeconds: 1,
  segmentSeconds: 2,
} as const;
/** Of all tests: what one of them leaves in it must not show in the next. */
const samplePool = new SamplePool();
afterAll(() => bench.close());

const taskOf = (
  { pieces, source }: Pick<BenchRecording, 'pieces' | 'source'>,
  given: Partial<RemuxRangeTask> = {},
): RemuxRangeTask => ({
  kind: 'remux-range',
  source,
  workBytes: pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0),
  lead: [],
  container: 'mp4',
  cutMode: 'exact',
  pieces,
  tail: [],
  rangeIndex: 0,
  rangeCount: 1,
  partBlock: { firstPartNumber: 1, partCount: 10_000 },
  ...given,
});
const remux = (task: RemuxRangeTask, partBytes = MIN_PART_BYTES): ReturnType<TaskBench['run']> =>
  bench.run(task, (io) => remuxRange(task, io, { partBytes, headKey: 'head', samplePool }));

/** Packets by stream: how streams are interleaved is not part of what they are. */
const linesOf = (packets: readonly ProbedPacket[]): string[] =>
  packets
    .map(({ streamIndex, pts, dts, duration, sizeBytes, flags, sha256 }) =>
      [streamIndex, pts, dts, duration, sizeBytes, flags, sha256].join(' '),
    )
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));

describe('remuxing a range that is the whole output', () => {
  const recordings: [string, Partial<RecordingOptions>][] = [
    ['H.264 with B-frames and AAC', {}],
    ['HEVC', { videoCodec: 'hevc' }],
    ['MPEG-2 and MP2', { videoCodec: 'mpeg2', audio: [{ codec: 'mp2' }] }],
    ['AC-3', { audio: [{ codec: 'ac3' }] }],
    ['two audio tracks', { audio: [{ toneHz: 440 }, { toneHz: 880, language: 'deu' }] }],
    ['segments cut anywhere', { cutAnywhere: true }],
    ['a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_438 }],
    ['video alone', { audio: [] }],
  ];
  it.each(recordings)('gives the packets of one ffmpeg over the playlist: %s', async (_name, options) => {
    const recorded = await bench.record(options);
    const { path } = await remux(taskOf(recorded));
    const reference = `${bench.rootPath}/reference.mp4`;
    await referenceCopy(recorded.recording.playlistPath, reference);
    expect(linesOf(await ffprobePackets(path))).toEqual(linesOf(await copiedPackets(reference)));
    expect(await decodeComplaints(path)).toBe('');
  });

  it('writes parts behind the header, and the header with the first bytes as part 1', async () => {
    const recorded = await bench.record({ noise: true, segmentSeconds: 8, durationSeconds: 24 });
    const { path, report } = await remux(taskOf(recorded));
    const sizes = report.parts.map((part) => part.sizeBytes);
    expect(report.parts.map((part) => part.partNumber)).toEqual(sizes.map((_, i) => i + 1));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(MIN_PART_BYTES);
    expect(await frameHashes(path)).toHaveLength(720);
    expect(await decodeComplaints(path)).toBe('');
  });

  it.each([
    ['inside segments', 90_000, 45_000, {}],
    ['between two frames', 90_001, 44_999, {}],
    ['at the start of a segment', 0, 45_000, {}],
    ['inside segments of MPEG-2', 90_000, 45_000, { videoCodec: 'mpeg2' }],
    ['inside segments of MPEG-2 with open GOPs', 90_000, 45_000, { videoCodec: 'mpeg2', openGop: true }],
  ] as const)('shows exactly the frames from in to out: %s', async (_name, startOffset, endOffset, options) => {
    const recorded = await bench.record(options);
    const pieces = recorded.pieces.slice(1, 4);
    const tail = recorded.pieces.slice(4, 5);
    const edges = { trimStart: { offsetTicks: startOffset }, trimEnd: { offsetTicks: endOffset } };
    const { path, report } = await remux(taskOf({ ...recorded, pieces }, { ...edges, tail }));
    const all = await frameHashes(recorded.recording.playlistPath);
    const zero = all[0].pts;
    const [inTicks, outTicks] = [zero + 180_000 + startOffset, zero + 540_000 + endOffset];
    const expected = all.filter(({ pts }) => pts >= inTicks && pts < outTicks);
    const shown = await frameHashes(path);
    expect(shown.map(({ md5 }) => md5)).toEqual(expected.map(({ md5 }) => md5));
    expect(report).toMatchObject({ cut: { videoFrameCount: expected.length } });
    expect(report).not.toHaveProperty('encodedFrameCount');
  });

  it('shows the pictures before out that an open GOP stores behind the next keyframe', async () => {
    const recorded = await bench.record({ openGop: true });
    const pieces = recorded.pieces.slice(0, 3);
    const tail = recorded.pieces.slice(3, 4);
    const { path } = await remux(taskOf({ ...recorded, pieces }, { trimEnd: { offsetTicks: 179_000 }, tail }));
    const all = await frameHashes(recorded.recording.playlistPath);
    const expected = all.filter(({ pts }) => pts < all[0].pts + 539_000);
    expect((await frameHashes(path)).map(({ md5 }) => md5)).toEqual(expected.map(({ md5 }) => md5));
  });

  it('tells the merge of which run it is, so that a discontinuity between ranges is none of its guesses', async () => {
    const recorded = await bench.record({ durationSeconds: 4, laterRuns: [{}] });
    const pieces = recorded.pieces.filter(({ runIndex }) => runIndex === 1);
    const { report } = await remux(taskOf({ ...recorded, pieces }, { rangeIndex: 1, rangeCount: 2 }));
    const { spans } = decodeRangeReport(gunzipSync(Buffer.from((report as TaskReport).rangeReportBase64!, 'base64')));
    expect(spans.map(({ runIndex }) => runIndex)).toEqual([1, 1]);
  });

  describe('whose pictures are larger than segments', () => {
    const SLICE_BYTES = 150 * 188 + 77;

    it('reads on until the last one is complete', async () => {
      const recorded = await bench.record({ ...LARGE_PICTURES });
      const slices = slicePiece(recorded.pieces[0], SLICE_BYTES);
      const whole = await remux(taskOf({ ...recorded, pieces: slices }));
      const sizes = (await ffprobePackets(whole.path, 'v:0')).map(({ sizeBytes }) => sizeBytes);
      expect(Math.min(...sizes)).toBeGreaterThan(2 * SLICE_BYTES);
      for (const count of [5, 6, 7]) {
        const tail = slices.slice(count);
        const { path } = await remux(taskOf({ ...recorded, pieces: slices.slice(0, count) }, { tail }));
        const packets = await ffprobePackets(path, 'v:0');
        expect(packets.map(({ sizeBytes }) => sizeBytes)).toEqual(sizes.slice(0, packets.length));
        expect(await decodeComplaints(path)).toBe('');
      }
    });

    it('refuses to end within one, by name', async () => {
      const recorded = await bench.record({ ...LARGE_PICTURES });
      const slices = slicePiece(recorded.pieces[0], SLICE_BYTES);
      const edges = { tail: slices.slice(6, 7), tailGoesOn: true } as const;
      const refused = remux(taskOf({ ...recorded, pieces: slices.slice(0, 6) }, edges));
      await expect(refused).rejects.toMatchObject({ code: 'unsupported-source', retryable: false });
    });
  });

  it('refuses a segment that has become shorter since it was listed, by name', async () => {
    const recorded = await bench.record();
    const pieces = recorded.pieces.with(2, { ...recorded.pieces[2], sizeBytes: recorded.pieces[2].sizeBytes + 188 });
    const refused = remux(taskOf({ ...recorded, pieces }));
    await expect(refused).rejects.toMatchObject({
      ...{ code: 'segment-missing', retryable: false },
      message: expect.stringContaining(`${pieces[2].key} is shorter`),
    });
  });

  it.each([
    ['sound that is not what it is named', { codec: 'latm-as-adts' }, /named aac/],
    ['AAC that tells its channels in its frames', { codec: 'aac-quad' }, /channels/],
  ] as const)('refuses %s', async (_name, audio, message) => {
    const refused = remux(taskOf(await bench.record({ audio: [audio] })));
    await expect(refused).rejects.toMatchObject({ code: 'undecodable', message: expect.stringMatching(message) });
  });

  it('refuses media that is none, by name', async () => {
    const { source } = await bench.record();
    await bench.store.put({ bucket: source.bucket, key: 'noise.ts' }, Buffer.alloc(100_000, 'noise'));
    const piece = { segmentIndex: 0, key: 'noise.ts', sizeBytes: 100_000, durationTicks: 180_000, runIndex: 0 };
    const task = taskOf({ pieces: [piece], source });
    await expect(remux(task)).rejects.toMatchObject({ code: 'undecodable' });
  });
});
