import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { TaskReport } from '@clipfleet/contracts';
import { encodeEdge, FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import {
  type BenchRecording,
  decodeComplaints,
  ffprobePackets,
  frameHashes,
  framePsnrs,
  type RecordingOptions,
  runProgram,
  TaskBench,
  unprobedFrameCount,
} from '@clipfleet/testing';
import type { Piece, TsPartsTask } from '@clipfleet/timeline';
import { writeTsParts } from './write-ts-parts.js';

const bench = new TaskBench();
const scratchPath = mkdtempSync(join(tmpdir(), 'clipfleet-ts-edge-'));
const ffmpeg = new FluentFfmpegRunner();
afterAll(async () => {
  await bench.close();
  rmSync(scratchPath, { recursive: true, force: true });
});

const startOf = (pieces: readonly Piece[], index: number): number =>
  pieces.slice(0, index).reduce((sum, piece) => sum + piece.durationTicks, 0);

/** A part for each piece, or one for all of them. */
const taskOf = (
  { pieces, source }: BenchRecording,
  { first, end, inTicks, outTicks }: { first: number; end: number; inTicks: number; outTicks: number },
  onePart: boolean,
): TsPartsTask => {
  const own = pieces.slice(first, end);
  const groups = onePart ? [own] : own.map((piece) => [piece]);
  return {
    kind: 'ts-parts',
    source,
    workBytes: own.reduce((sum, piece) => sum + piece.sizeBytes, 0),
    lead: [],
    trimStart: { offsetTicks: inTicks - startOf(pieces, first) },
    trimEnd: { offsetTicks: outTicks - startOf(pieces, end - 1) },
    cutMode: 'exact',
    parts: groups.map((group, i) => ({ partNumber: i === 0 ? 1 : i + 8, method: 'stream', pieces: group })),
    encodesEdges: true,
    tail: pieces.slice(end, end + 1),
  };
};

const run = (task: TsPartsTask, attemptNumber = 1): Promise<{ path: string; report: TaskReport }> =>
  bench.run(
    task,
    (io) =>
      writeTsParts(task, io, {
        encode: (job) => encodeEdge(job, ffmpeg, { scratchPath, timeoutMs: 60_000, signal: io.signal }),
        attemptNumber,
      }),
    { extension: '.ts' },
  );

const copyComplaints = async (file: string): Promise<string> =>
  runProgram('sh', ['-c', `ffmpeg -v warning -i '${file}' -map 0 -c copy -f null - 2>&1`]);

const frame = (index: number, frameTicks = 3000): number => index * frameTicks;

type Cut = { first: number; end: number; inTicks: number; outTicks: number };

/** Clips of one recording as one stream. */
const streamOf = (recorded: BenchRecording, clips: readonly Cut[], given: Partial<TsPartsTask>): TsPartsTask => {
  const tasks = clips.map((clip, index) => {
    const { parts, trimStart, trimEnd, tail } = taskOf(recorded, clip, true);
    const inRun = (pieces: readonly Piece[]) =>
      pieces.map((piece) => ({ ...piece, runIndex: piece.runIndex + 9 * index }));
    const { source, lead } = { source: recorded.source, lead: [] };
    return { source, lead, trimStart, trimEnd, pieces: inRun(parts[0].pieces), tail: inRun(tail!) };
  });
  const [{ pieces: _pieces, ...first }, ...others] = tasks;
  const pieces = tasks.flatMap((task) => task.pieces);
  return {
    ...{ kind: 'ts-parts', cutMode: 'exact', encodesEdges: true, equalPartBytes: 8 << 20, ...first },
    workBytes: pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0),
    parts: [{ partNumber: 1, method: 'stream', pieces }],
    ...(others.length > 0 && {
      clipIndex: 0,
      furtherClips: others.map(({ pieces: [{ runIndex }], ...clip }, i) => ({
        ...{ clipIndex: i + 1, firstRunIndex: runIndex, ...clip },
      })),
    }),
    ...given,
  };
};

/** What a cut promises; gives how many pictures it has, and how many of them were encoded. */
const expectCut = async (
  { recording }: BenchRecording,
  { inTicks, outTicks }: { inTicks: number; outTicks: number },
  path: string,
): Promise<{ frameCount: number; encoded: number }> => {
  const all = await frameHashes(recording.playlistPath);
  const expected = all.filter(({ pts }) => pts - all[0].pts >= inTicks && pts - all[0].pts < outTicks);
  const shown = await frameHashes(path);
  expect(shown.map(({ pts }) => pts - shown[0].pts)).toEqual(expected.map(({ pts }) => pts - expected[0].pts));
  const frameCount = expected.length;
  const psnrs = await framePsnrs(path, recording.playlistPath, { firstFrame: all.indexOf(expected[0]), frameCount });
  expect([psnrs.length, Math.min(...psnrs) > 35]).toEqual([frameCount, true]);
  expect(await decodeComplaints(path)).toBe('');
  expect(await copyComplaints(path)).toBe('');
  expect(await unprobedFrameCount(path)).toBe(frameCount);
  expect(await ffprobePackets(path, 'v:0')).toHaveLength(frameCount);
  return { frameCount, encoded: shown.filter(({ md5 }, index) => md5 !== expected[index].md5).length };
};

describe('a ts whose edges are encoded', () => {
  const recordings: [string, Partial<RecordingOptions>, number, number?][] = [
    ['of one part', {}, 3000],
    ['without B-frames', { bFrames: 0 }, 3000],
    ['interlaced', { interlaced: true, heightPixels: 240, frameRate: '25', durationSeconds: 6 }, 3600],
    ['over a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_440 }, 3000],
    ['HEVC', { videoCodec: 'hevc' }, 3000],
    ['HEVC with open GOPs', { videoCodec: 'hevc', openGop: true }, 3000],
    ['HEVC from a keyframe with leading pictures on', { videoCodec: 'hevc', openGop: true }, 3000, 60],
  ];
  it.each(recordings)('shows the frames from in to out and no other: %s', async (_name, options, ticks, from = 17) => {
    const recorded = await bench.record(options);
    const first = Math.floor(from / 60);
    const window = { first, end: 3, inTicks: frame(from, ticks), outTicks: frame(140, ticks) };
    const { path, report } = await run(taskOf(recorded, window, true));
    const { frameCount, encoded } = await expectCut(recorded, window, path);
    // the GOP in the middle is as it was
    expect(encoded).toBeLessThan(50);
    expect(report.encodedFrameCount).toBe(encoded);
    expect(report.cut).toMatchObject({ startDeltaTicks: 0, videoFrameCount: frameCount });
  });

  it('goes on into the parts between, from numbers that no other delivery has', async () => {
    const recorded = await bench.record({ noise: true, segmentSeconds: 8, durationSeconds: 24 });
    const window = { first: 0, end: 3, inTicks: frame(17), outTicks: frame(662) };
    const { path, report } = await run(taskOf(recorded, window, false), 3);
    expect(report.parts.map(({ partNumber }) => partNumber)).toEqual([3, 9, 12]);
    expect(await expectCut(recorded, window, path)).toMatchObject({ frameCount: 645 });
    // nobody has counted the pictures of the part between
    expect(report.cut).not.toHaveProperty('videoFrameCount');
  });

  it('is refused, by name, where what follows the head does not begin anew', async () => {
    const recorded = await bench.record({ openGop: true });
    const window = { first: 0, end: 3, inTicks: frame(17), outTicks: frame(140) };
    await expect(run(taskOf(recorded, window, false))).rejects.toMatchObject({
      code: 'unsupported-source',
      message: expect.stringContaining('open GOP'),
    });
  });

  const edits: [string, Partial<TsPartsTask>][] = [
    ['with one clock', { clean: true }],
    ['with the clocks they have', {}],
  ];
  it.each(edits)('shows the frames of several clips, one after another, %s', async (_name, given) => {
    const recorded = await bench.record();
    const clips = [
      { first: 1, end: 3, inTicks: frame(91), outTicks: frame(154) },
      { first: 0, end: 1, inTicks: frame(17), outTicks: frame(41) },
      { first: 2, end: 5, inTicks: frame(120), outTicks: frame(260) },
    ];
    const { path, report } = await run(streamOf(recorded, clips, given), 2);
    expect(report.parts.map(({ partNumber }) => partNumber)).toEqual([1251]);
    const all = await frameHashes(recorded.recording.playlistPath);
    const shown = await frameHashes(path);
    let fromFrame = 0;
    for (const { inTicks, outTicks } of clips) {
      const expected = all.filter(({ pts }) => pts - all[0].pts >= inTicks && pts - all[0].pts < outTicks);
      const own = shown.slice(fromFrame, fromFrame + expected.length);
      expect(own.map(({ pts }) => pts - own[0].pts)).toEqual(expected.map(({ pts }) => pts - expected[0].pts));
      const window = { firstFrame: all.indexOf(expected[0]), frameCount: expected.length, fromFrame };
      const psnrs = await framePsnrs(path, recorded.recording.playlistPath, window);
      expect([psnrs.length, Math.min(...psnrs) > 35]).toEqual([expected.length, true]);
      fromFrame += expected.length;
    }
    expect(shown).toHaveLength(fromFrame);
    expect(report.clipCuts?.map(({ videoFrameCount }) => videoFrameCount)).toEqual([63, 24, 140]);
    expect(await decodeComplaints(path)).toBe('');
    if (given.clean) expect(await copyComplaints(path)).toBe('');
  });

  it('shows all of interlaced pictures where it is a segment of a playlist', async () => {
    const interlaced = { interlaced: true, heightPixels: 240, frameRate: '25', durationSeconds: 6 };
    const recorded = await bench.record(interlaced);
    const clip = { first: 0, end: 1, inTicks: frame(17, 3600), outTicks: frame(92, 3600) };
    const { path } = await run(streamOf(recorded, [{ ...clip, end: 2 }], { listsSegments: true }));
    expect(await expectCut(recorded, clip, path)).toMatchObject({ frameCount: 75 });
    const playlistPath = `${path}.m3u8`;
    await writeFile(playlistPath, `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${basename(path)}\n#EXT-X-ENDLIST\n`);
    expect(await frameHashes(playlistPath)).toHaveLength(75);
  });

  it('goes on over a discontinuity between its edges', async () => {
    const recorded = await bench.record({ durationSeconds: 4, laterRuns: [{ ptsOffsetSeconds: 50 }] });
    const clip = { first: 0, end: 4, inTicks: frame(17), outTicks: frame(200) };
    const { path, report } = await run(streamOf(recorded, [clip], { clean: true }));
    expect(report.cut).toMatchObject({ startDeltaTicks: 0, videoFrameCount: 183 });
    const shown = await frameHashes(path);
    expect(shown).toHaveLength(183);
    // the GOPs on both sides of the jump are as they were
    const source = await frameHashes(recorded.recording.playlistPath);
    const kept = source.slice(60, 180).map(({ md5 }) => md5);
    expect(shown.slice(43, 163).map(({ md5 }) => md5)).toEqual(kept);
    expect([await decodeComplaints(path), await copyComplaints(path)]).toEqual(['', '']);
  });
});
