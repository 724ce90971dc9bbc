import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { TaskReport } from '@clipfleet/contracts';
import { encodeEdge, FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { decodeRangeReport, MIN_PART_BYTES, mergeRanges, readMovie } from '@clipfleet/isobmff';
import {
  type BenchRecording,
  decodeComplaints,
  ffprobePackets,
  type FrameHash,
  frameHashes,
  framePsnrs,
  type RecordingOptions,
  runProgram,
  TaskBench,
} from '@clipfleet/testing';
import type { RemuxRangeTask } from '@clipfleet/timeline';
import { remuxRange } from './remux-range.js';

const SEGMENT_TICKS = 180_000;
const LEAST_PSNR_DB = 35;

const bench = new TaskBench();
const scratchPath = mkdtempSync(join(tmpdir(), 'clipfleet-edge-'));
const ffmpeg = new FluentFfmpegRunner();
afterEach(() => expect(readdirSync(scratchPath)).toEqual([]));
afterAll(async () => {
  await bench.close();
  rmSync(scratchPath, { recursive: true, force: true });
});

interface Window {
  /** Pieces of 2 s: from `first` up to `end`. */
  first: number;
  end: number;
  inTicks: number;
  outTicks: number;
}

const startOf = (pieces: BenchRecording['pieces'], index: number): number =>
  pieces.slice(0, index).reduce((sum, piece) => sum + piece.durationTicks, 0);

const taskOf = (
  { pieces, source }: BenchRecording,
  { first, end, inTicks, outTicks }: Window,
  given: Partial<RemuxRangeTask> = {},
): RemuxRangeTask => ({
  kind: 'remux-range',
  source,
  workBytes: pieces.slice(first, end).reduce((sum, piece) => sum + piece.sizeBytes, 0),
  lead: [],
  trimStart: { offsetTicks: inTicks - startOf(pieces, first) },
  trimEnd: { offsetTicks: outTicks - startOf(pieces, end - 1) },
  container: 'mp4',
  cutMode: 'exact',
  pieces: pieces.slice(first, end),
  tail: pieces.slice(end, end + 1),
  rangeIndex: 0,
  rangeCount: 1,
  partBlock: { firstPartNumber: 1, partCount: 10_000 },
  encodesEdges: true,
  ...given,
});

const run = (
  task: RemuxRangeTask,
  { deliveryCount = 1, signal }: { deliveryCount?: number; signal?: AbortSignal } = {},
): Promise<{ path: string; report: TaskReport }> =>
  bench.run(
    task,
    (io) => {
      const encode: Parameters<typeof encodeEdge>[1] = ffmpeg;
      const options = { scratchPath, timeoutMs: 60_000, signal: io.signal };
      const edges = {
        encode: (job: Parameters<typeof encodeEdge>[0]) => encodeEdge(job, encode, options),
        deliveryCount,
      };
      return remuxRange(task, io, { partBytes: MIN_PART_BYTES, headKey: 'head', edges });
    },
    signal ? { signal } : {},
  );

/** The source's frames with in ≤ PTS < out, and which of them is the first. */
const expectedFrames = async (
  { recording }: BenchRecording,
  { inTicks, outTicks }: Pick<Window, 'inTicks' | 'outTicks'>,
): Promise<{ frames: FrameHash[]; firstFrame: number }> => {
  const all = await frameHashes(recording.playlistPath);
  const shown = (pts: number): boolean => pts - all[0].pts >= inTicks && pts - all[0].pts < outTicks;
  return { frames: all.filter(({ pts }) => shown(pts)), firstFrame: all.findIndex(({ pts }) => shown(pts)) };
};

/** Everything a cut with encoded edges promises; gives how many pictures were encoded at the head and at the tail. */
const expectCut = async (
  recorded: BenchRecording,
  window: Pick<Window, 'inTicks' | 'outTicks'>,
  path: string,
): Promise<{ head: number; tail: number }> => {
  const { frames, firstFrame } = await expectedFrames(recorded, window);
  const shown = await frameHashes(path);
  expect(shown.map(({ pts }) => pts)).toEqual(frames.map(({ pts }) => pts - frames[0].pts));
  const psnrs = await framePsnrs(path, recorded.recording.playlistPath, {
    firstFrame,
    frameCount: frames.length,
  });
  expect(psnrs).toHaveLength(frames.length);
  expect(Math.min(...psnrs)).toBeGreaterThan(LEAST_PSNR_DB);
  expect(await decodeComplaints(path)).toBe('');
  // nothing is hidden: players that do not know edit lists show the same
  const packets = await ffprobePackets(path, 'v:0');
  expect(packets).toHaveLength(frames.length);
  expect(packets.map(({ pts }) => pts).toSorted((a, b) => a! - b!)).toEqual(shown.map(({ pts }) => pts));
  const decodeTimes = packets.map(({ dts }) => dts!);
  expect(decodeTimes.every((dts, i) => i === 0 || dts > decodeTimes[i - 1])).toBe(true);
  expect(packets.every(({ pts, dts }) => pts! >= dts!)).toBe(true);
  // one record for all: some players drop what follows a second one
  const [video] = readMovie(await readFile(path)).tracks;
  expect(video.tables.chunks.every(({ descriptionIndex }) => descriptionIndex === 1)).toBe(true);
  const isEqual = shown.map(({ md5 }, index) => md5 === frames[index].md5);
  const head = isEqual.indexOf(true);
  const tail = isEqual.toReversed().indexOf(true);
  if (head === -1) return { head: frames.length, tail: 0 };
  expect(isEqual.slice(head, isEqual.length - tail)).toEqual(Array(isEqual.length - tail - head).fill(true));
  return { head, tail };
};

/** Everything that the pictures of a file are said to be: one line where all are the same, and one of their stream. */
const looks = async (file: string): Promise<string[]> => {
  const entries =
    'stream=profile,level,r_frame_rate:frame=pix_fmt,interlaced_frame,top_field_first,color_range,color_space';
  const probe = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'compact', file];
  const lines = (await runProgram('ffprobe', probe))
    .split('\n')
    .map((line) => line.replace(/^program\||\|side_data\|.*$|\|$/g, ''));
  return [...new Set(lines.filter((line) => /^(frame|stream)\|./.test(line)))].toSorted();
};

const frame = (index: number, frameTicks = 3000): number => index * frameTicks;

describe('edges that are encoded', () => {
  const cuts: [string, Window, { head: number; tail: number }][] = [
    // GOPs of 60 frames; 3 B-frames, so that the last frame of most windows refers to one behind out
    ['inside GOPs', { first: 1, end: 4, inTicks: frame(91), outTicks: frame(214) }, { head: 29, tail: 1 }],
    ['at first frames of GOPs', { first: 1, end: 4, inTicks: frame(60), outTicks: frame(181) }, { head: 0, tail: 0 }],
    [
      'between two frames',
      { first: 1, end: 3, inTicks: frame(90) + 1, outTicks: frame(150) - 1 },
      { head: 29, tail: 2 },
    ],
    ['inside one GOP', { first: 2, end: 3, inTicks: frame(130), outTicks: frame(171) }, { head: 41, tail: 0 }],
    [
      'at the last frame of a GOP',
      { first: 1, end: 4, inTicks: frame(119), outTicks: frame(190) },
      { head: 1, tail: 1 },
    ],
    ['one frame long', { first: 1, end: 2, inTicks: frame(77), outTicks: frame(78) }, { head: 1, tail: 0 }],
  ];
  it.each(cuts)('leave the frames from in to out and no other: %s', async (_name, window, encoded) => {
    const recorded = await bench.record();
    const { path, report } = await run(taskOf(recorded, window));
    expect(await expectCut(recorded, window, path)).toEqual(encoded);
    const { frames } = await expectedFrames(recorded, window);
    expect(report.cut?.videoFrameCount).toBe(frames.length);
  });

  const recordings: [string, Partial<RecordingOptions>, number][] = [
    ['720p', { widthPixels: 1280, heightPixels: 720, durationSeconds: 6 }, 3000],
    ['interlaced', { interlaced: true, heightPixels: 240, frameRate: '25', durationSeconds: 6 }, 3600],
    ['without B-frames, at 29.97', { bFrames: 0, frameRate: '30000/1001', durationSeconds: 6 }, 3003],
    ['over a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_440, durationSeconds: 6 }, 3000],
    ['several GOPs in a segment', { gopSeconds: 0.5, durationSeconds: 6 }, 3000],
    ['video alone', { audio: [], durationSeconds: 6 }, 3000],
  ];
  it.each(recordings)('fit to the pictures between them: %s', async (_name, options, frameTicks) => {
    const recorded = await bench.record(options);
    const window = { first: 0, end: 3, inTicks: frame(17, frameTicks), outTicks: frame(140, frameTicks) };
    const { path } = await run(taskOf(recorded, window));
    const { head, tail } = await expectCut(recorded, window, path);
    expect(head).toBeGreaterThan(0);
    expect(head + tail).toBeLessThan(75);
    const expected = await looks(recorded.recording.playlistPath);
    expect(await looks(path)).toEqual(expected);
    expect(expected).toHaveLength(2);
    expect(expected[0]).toContain(`interlaced_frame=${options.interlaced ? 1 : 0}`);
  });

  it('are the only tasks of an open GOP that are refused, by name', async () => {
    const recorded = await bench.record({ openGop: true, durationSeconds: 40 });
    const window = { first: 1, end: 19, inTicks: frame(91), outTicks: 18.5 * SEGMENT_TICKS };
    await expect(run(taskOf(recorded, window))).rejects.toMatchObject({
      code: 'unsupported-source',
      message: expect.stringContaining('open GOP'),
    });
    const fromKeyframe = { first: 1, end: 3, inTicks: frame(60), outTicks: frame(118) };
    const { path } = await run(taskOf(recorded, fromKeyframe));
    const { frames } = await expectedFrames(recorded, fromKeyframe);
    expect((await frameHashes(path)).map(({ pts }) => pts)).toEqual(frames.map(({ pts }) => pts - frames[0].pts));
    expect(await ffprobePackets(path, 'v:0')).toHaveLength(frames.length);
  });

  it('join two ranges, one at each end', async () => {
    const recorded = await bench.record({ noise: true, segmentSeconds: 8, durationSeconds: 24 });
    const window = { inTicks: frame(11), outTicks: frame(402) };
    const { trimStart, trimEnd, ...task } = taskOf(recorded, { first: 0, end: 2, ...window });
    const reports: Uint8Array[] = [];
    const payloads: Buffer[] = [];
    for (const rangeIndex of [0, 1]) {
      const { path, report } = await run({
        ...task,
        ...(rangeIndex === 0 ? { trimStart } : { trimEnd }),
        ...{ rangeIndex, rangeCount: 2, partBlock: { firstPartNumber: 2 + 100 * rangeIndex, partCount: 100 } },
        pieces: recorded.pieces.slice(rangeIndex, rangeIndex + 1),
        tail: recorded.pieces.slice(rangeIndex + 1, rangeIndex + 2),
      });
      reports.push(gunzipSync(Buffer.from(report.rangeReportBase64!, 'base64')));
      if (rangeIndex === 0) {
        const head = await bench.store.getBytes({ bucket: 'out', key: 'head' }, { limitBytes: 1e8 });
        expect(report.headSha256).toBe(createHash('sha256').update(head).digest('hex'));
        payloads.push(Buffer.from(head));
      }
      payloads.push(await readFile(path));
    }
    const merged = mergeRanges(reports.map(decodeRangeReport), { container: 'mp4' });
    expect(merged.warnings).toEqual([]);
    const path = join(bench.rootPath, 'merged.mp4');
    await writeFile(path, Buffer.concat([merged.headerBytes, ...payloads]));
    expect(await expectCut(recorded, window, path)).toEqual({ head: 49, tail: 1 });
  });

  it('write to part numbers that no other delivery of the task has', async () => {
    const recorded = await bench.record();
    const window = { first: 1, end: 3, inTicks: frame(91), outTicks: frame(150) };
    const numbers: number[][] = [];
    for (const deliveryCount of [1, 2]) {
      const { path, report } = await run(taskOf(recorded, window), { deliveryCount });
      numbers.push(report.parts.map(({ partNumber }) => partNumber));
      await expectCut(recorded, window, path);
    }
    expect(numbers).toEqual([[1], [1251]]);
  });

  it('are given up when the task is', async () => {
    const recorded = await bench.record();
    const aborted = new AbortController();
    const reason = new Error('cancelled');
    const window = { first: 1, end: 3, inTicks: frame(91), outTicks: frame(150) };
    const running = run(taskOf(recorded, window), { signal: aborted.signal });
    aborted.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
