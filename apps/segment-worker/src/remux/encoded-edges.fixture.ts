import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from '@jest/globals';
import type { TaskReport } from '@clipfleet/contracts';
import { encodeEdge, FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { MIN_PART_BYTES, readMovie } from '@clipfleet/isobmff';
import { SamplePool } from '@clipfleet/mpegts';
import {
  type BenchRecording,
  decodeComplaints,
  ffprobePackets,
  type FrameHash,
  frameHashes,
  framePsnrs,
  runProgram,
  TaskBench,
  unprobedFrameCount,
} from '@clipfleet/testing';
import type { RemuxRangeTask } from '@clipfleet/timeline';
import { remuxRange } from './remux-range.js';

const LEAST_PSNR_DB = 35;

export const bench = new TaskBench();
const samplePool = new SamplePool();
const scratchPath = mkdtempSync(join(tmpdir(), 'clipfleet-edge-'));
const ffmpeg = new FluentFfmpegRunner();
afterEach(() => expect(readdirSync(scratchPath)).toEqual([]));
afterAll(async () => {
  await bench.close();
  rmSync(scratchPath, { recursive: true, force: true });
});

export interface Window {
  /** Pieces of 2 s: from `first` up to `end`. */
  first: number;
  end: number;
  inTicks: number;
  outTicks: number;
}

const startOf = (pieces: BenchRecording['pieces'], index: number): number =>
  pieces.slice(0, index).reduce((sum, piece) => sum + piece.durationTicks, 0);

export const taskOf = (
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

/** An edit of clips, all of it in one task. */
export const taskOfClips = (clips: readonly (readonly [BenchRecording, Window])[]): RemuxRangeTask => {
  const tasks = clips.map(([recorded, window], runIndex): RemuxRangeTask => {
    const task = taskOf(recorded, window);
    const inRun = (pieces: RemuxRangeTask['pieces']) => pieces.map((piece) => ({ ...piece, runIndex }));
    return { ...task, pieces: inRun(task.pieces), tail: inRun(task.tail) };
  });
  return {
    ...tasks[0],
    clipIndex: 0,
    pieces: tasks.flatMap(({ pieces }) => pieces),
    workBytes: tasks.reduce((sum, { workBytes }) => sum + workBytes, 0),
    furtherClips: tasks.slice(1).map(({ source, lead, trimStart, trimEnd, tail }, i) => ({
      ...{ clipIndex: i + 1, firstRunIndex: i + 1 },
      ...{ source, lead, tail, ...(trimStart && { trimStart }), ...(trimEnd && { trimEnd }) },
    })),
  };
};

export const run = (
  task: RemuxRangeTask,
  { attemptNumber = 1, signal }: { attemptNumber?: number; signal?: AbortSignal } = {},
): Promise<{ path: string; report: TaskReport }> =>
  bench.run(
    task,
    (io) => {
      const encode: Parameters<typeof encodeEdge>[1] = ffmpeg;
      const options = { scratchPath, timeoutMs: 60_000, signal: io.signal };
      const edges = {
        encode: (job: Parameters<typeof encodeEdge>[0]) => encodeEdge(job, encode, options),
        attemptNumber,
      };
      return remuxRange(task, io, { partBytes: MIN_PART_BYTES, headKey: 'head', samplePool, edges });
    },
    signal ? { signal } : {},
  );

/** The source's frames with in ≤ PTS < out, and which of them is the first. */
export const expectedFrames = async (
  { recording }: BenchRecording,
  { inTicks, outTicks }: Pick<Window, 'inTicks' | 'outTicks'>,
): Promise<{ frames: FrameHash[]; firstFrame: number }> => {
  const all = await frameHashes(recording.playlistPath);
  const shown = (pts: number): boolean => pts - all[0].pts >= inTicks && pts - all[0].pts < outTicks;
  return { frames: all.filter(({ pts }) => shown(pts)), firstFrame: all.findIndex(({ pts }) => shown(pts)) };
};

/** Everything a cut with encoded edges promises; gives how many pictures were encoded at the head and at the tail. */
export const expectCut = async (
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
  expect(await unprobedFrameCount(path)).toBe(frames.length);
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

/** The same of several clips, one after another; gives how many pictures are not the source's own. */
export const expectClips = async (
  clips: readonly (readonly [BenchRecording, Window])[],
  frameTicks: number,
  path: string,
): Promise<number> => {
  const shown = await frameHashes(path);
  // a filter graph begins anew where the size changes
  const isOfOne = clips.every(([recorded]) => recorded === clips[0][0]);
  let fromFrame = 0;
  let startTicks = 0;
  let encoded = 0;
  for (const [recorded, window] of clips) {
    const { frames, firstFrame } = await expectedFrames(recorded, window);
    const [base, frameCount] = [frames[0].pts, frames.length];
    const own = shown.slice(fromFrame, fromFrame + frameCount);
    expect(own.map(({ pts }) => pts)).toEqual(frames.map(({ pts }) => startTicks + pts - base));
    if (isOfOne) {
      const playlist = recorded.recording.playlistPath;
      const psnrs = await framePsnrs(path, playlist, { firstFrame, frameCount, fromFrame });
      expect(psnrs).toHaveLength(frameCount);
      expect(Math.min(...psnrs)).toBeGreaterThan(LEAST_PSNR_DB);
    }
    encoded += own.filter(({ md5 }, i) => md5 !== frames[i].md5).length;
    fromFrame += frameCount;
    startTicks += frames[frameCount - 1].pts - base + frameTicks;
  }
  expect(shown).toHaveLength(fromFrame);
  expect(await decodeComplaints(path)).toBe('');
  const packets = await ffprobePackets(path, 'v:0');
  expect(packets.map(({ pts }) => pts).toSorted((a, b) => a! - b!)).toEqual(shown.map(({ pts }) => pts));
  const decodeTimes = packets.map(({ dts }) => dts!);
  expect(decodeTimes.every((dts, i) => i === 0 || dts > decodeTimes[i - 1])).toBe(true);
  expect(packets.every(({ pts, dts }) => pts! >= dts!)).toBe(true);
  // one edit, behind which nothing is hidden
  const [video] = readMovie(await readFile(path)).tracks;
  expect(video.edits).toHaveLength(1);
  return encoded;
};

/** Everything that the pictures of a file are said to be: one line where all are the same, and one of their stream. */
export const looks = async (file: string): Promise<string[]> => {
  const entries =
    'stream=profile,level,r_frame_rate:frame=pix_fmt,interlaced_frame,top_field_first,' +
    'color_range,color_space,color_primaries,color_transfer';
  const probe = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'compact', file];
  const lines = (await runProgram('ffprobe', probe))
    .split('\n')
    .map((line) => line.replace(/^program\||\|side_data\|.*$|\|$/g, ''));
  return [...new Set(lines.filter((line) => /^(frame|stream)\|./.test(line)))].toSorted();
};

export const frame = (index: number, frameTicks = 3000): number => index * frameTicks;

/** What a parser of all headers, which is stricter than decoders are, says against a file: nothing. */
export const headerComplaints = async (file: string): Promise<string> =>
  runProgram('sh', [
    '-c',
    `ffmpeg -v error -i '${file}' -map 0:v:0 -c copy -bsf:v trace_headers -f null - 2>&1 || true`,
  ]);

/** What all parameter sets say of a decoder's buffer: a change makes players set up their decoders again. */
export const decoderBuffers = async (file: string): Promise<string[]> => {
  const facts = 'pic_(width|height)_in_luma|sps_max_(dec_pic_buffering|num_reorder)';
  const trace = `ffmpeg -i '${file}' -map 0:v:0 -c copy -bsf:v trace_headers -f null - 2>&1`;
  const output = await runProgram('sh', ['-c', `${trace} | grep -oE '(${facts}).*= .*'`]);
  return [...new Set(output.trim().split('\n'))];
};
