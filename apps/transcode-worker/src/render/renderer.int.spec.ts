import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import {
  type BenchRecording,
  decodeComplaints,
  ffprobeFile,
  ffprobePackets,
  frameHashes,
  TaskBench,
} from '@clipfleet/testing';
import { BUILT_IN_PROFILES, frameRateOf, type RenderTask } from '@clipfleet/timeline';
import { Renderer } from './renderer.js';

const bench = new TaskBench();
const scratchPath = mkdtempSync(join(tmpdir(), 'clipfleet-render-'));
const config = { scratchPath, maxScratchBytes: 1e9, ffmpegTimeoutMs: 120_000 };
const renderer = new Renderer(new FluentFfmpegRunner(), config);
const signal = new AbortController().signal;
afterAll(async () => {
  await bench.close();
  rmSync(scratchPath, { recursive: true, force: true });
});

/** From 1 s to 7.5 s of a 12 s recording of 2 s segments. */
const taskOf = ({ pieces, source }: BenchRecording, given: Partial<RenderTask> = {}): RenderTask => ({
  kind: 'render',
  source,
  workBytes: pieces.slice(0, 4).reduce((sum, piece) => sum + piece.sizeBytes, 0),
  lead: [],
  trimStart: { offsetTicks: 90_000 },
  trimEnd: { offsetTicks: 135_000 },
  container: 'mp4',
  cutMode: 'exact',
  codec: { kind: 'copy' },
  pieces: pieces.slice(0, 4),
  partBlock: { firstPartNumber: 1, partCount: 10_000 },
  ...given,
});
const render = (task: RenderTask, attemptNumber = 1): ReturnType<TaskBench['run']> =>
  bench.run(task, (io) => renderer.render(task, io, { attemptNumber, signal }, () => {}));

/** Decoded pictures of the source with 1 s ≤ PTS < 7.5 s, from its first. */
const expectedFrames = async ({ recording }: BenchRecording): Promise<{ pts: number; md5: string }[]> => {
  const frames = await frameHashes(recording.playlistPath);
  const startTicks = frames[0].pts + 90_000;
  return frames
    .filter(({ pts }) => pts >= startTicks && pts < frames[0].pts + 675_000)
    .map(({ pts, md5 }) => ({ pts: pts - startTicks, md5 }));
};

describe('rendering', () => {
  it.each([
    ['MPEG-2 with MP2', { videoCodec: 'mpeg2', audio: [{ codec: 'mp2' }] }],
    ['H.264 with B-frames', {}],
    ['H.264 over a wrap of the clock', { ptsOffsetSeconds: 95_440 }],
  ] as const)('copies %s into an mp4 that shows exactly the asked frames', async (_name, options) => {
    const recorded = await bench.record(options);
    const { path, report } = await render(taskOf(recorded));
    const expected = await expectedFrames(recorded);
    const shown = await frameHashes(path);
    expect(shown.map(({ md5 }) => md5)).toEqual(expected.map(({ md5 }) => md5));
    expect(report).toMatchObject({ cut: { startDeltaTicks: 0, endDeltaTicks: 0, videoFrameCount: expected.length } });
  });

  it.each([
    ['mp4', 'mov,mp4,m4a,3gp,3g2,mj2'],
    ['ts', 'mpegts'],
  ] as const)('encodes exactly the asked frames at their own times into %s', async (container, formatName) => {
    const recorded = await bench.record({ frameRate: '30000/1001' });
    const codec = { kind: 'transcode', profile: 'default' } as const;
    const { path } = await render(taskOf(recorded, { codec, container }));
    const expected = await expectedFrames(recorded);
    const shown = await frameHashes(path);
    const firstTicks = shown[0].pts;
    expect(shown.map(({ pts }) => pts - firstTicks)).toEqual(expected.map(({ pts }) => pts - expected[0].pts));
    expect((await ffprobeFile(path)).formatName).toBe(formatName);
    expect(await decodeComplaints(path)).toBe('');
  });

  it.each([
    ['ts', '25', 163],
    ['mp4', '1/2', 3],
  ] as const)('makes frames of another rate for a %s: %s a second', async (container, frameRate, count) => {
    const recorded = await bench.record({ frameRate: '30000/1001' });
    const { video, audio } = BUILT_IN_PROFILES['default'];
    const encoding = { video: { ...video, frameRate }, audio };
    const codec = { kind: 'transcode', profile: 'default' } as const;
    const { path, report } = await render(taskOf(recorded, { codec, container, encoding }));
    const shown = await frameHashes(path);
    const { numerator, denominator } = frameRateOf(frameRate);
    const times = Array.from({ length: count }, (_, frame) => (frame * 90_000 * denominator) / numerator);
    expect(shown.map(({ pts }) => pts - shown[0].pts)).toEqual(times);
    expect(report).toMatchObject({ cut: { startDeltaTicks: 0, videoFrameCount: count } });
    expect(await decodeComplaints(path)).toBe('');
  });

  it('keeps audio that only ffmpeg reads: AAC in LATM', async () => {
    const recorded = await bench.record({ audio: [{ codec: 'aac-latm' }] });
    const codec = { kind: 'transcode', profile: 'default' } as const;
    const { path } = await render(taskOf(recorded, { codec }));
    expect((await ffprobeFile(path)).streams.map(({ codecName }) => codecName)).toEqual(['h264', 'aac']);
    // 6.5 s of frames of 1024 samples, as many as for AAC in ADTS
    const plain = await render(taskOf(await bench.record(), { codec }));
    const counts = await Promise.all([path, plain.path].map(async (file) => (await ffprobePackets(file, 'a')).length));
    expect(counts[0]).toBe(counts[1]);
    expect(await decodeComplaints(path)).toBe('');
  });

  it('copies video that only ffmpeg reads, exactly from its keyframes: MPEG-4 part 2', async () => {
    const recorded = await bench.record({ videoCodec: 'mpeg4', bFrames: 0 });
    const { path } = await render(taskOf(recorded));
    const shown = (await frameHashes(path)).map(({ md5 }) => md5);
    expect(shown).toEqual((await expectedFrames(recorded)).map(({ md5 }) => md5));
  });

  it('encodes video and sound that only ffmpeg reads: MPEG-4 part 2 and Opus', async () => {
    const recorded = await bench.record({ videoCodec: 'mpeg4', bFrames: 0, audio: [{ codec: 'opus' }] });
    const codec = { kind: 'transcode', profile: 'default' } as const;
    const { path } = await render(taskOf(recorded, { codec }));
    expect((await ffprobeFile(path)).streams.map(({ codecName }) => codecName)).toEqual(['h264', 'aac']);
    expect(await frameHashes(path)).toHaveLength(195);
    expect(await decodeComplaints(path)).toBe('');
  });

  describe('AAC whose channels are told by its first frame alone, cut behind it', () => {
    const quad = { audio: [{ codec: 'aac-quad' }], segmentSeconds: 12 } as const;
    /** From 3.3 s to 7.5 s. */
    const cutOf = (recorded: BenchRecording, given: Partial<RenderTask> = {}): RenderTask => {
      const edges = { trimStart: { offsetTicks: 297_000 }, trimEnd: { offsetTicks: 675_000 } };
      return taskOf(recorded, { ...edges, pieces: recorded.pieces.slice(0, 1), ...given });
    };

    it.each([
      ['copied', {}],
      ['encoded', { codec: { kind: 'transcode', profile: 'default' } }],
    ] as const)('is heard, with the pictures asked for: %s', async (_name, given) => {
      const { path, report } = await render(cutOf(await bench.record(quad), given));
      expect(await frameHashes(path)).toHaveLength(126);
      expect(report).toMatchObject({ cut: { startDeltaTicks: 0, endDeltaTicks: 0, videoFrameCount: 126 } });
      expect((await ffprobeFile(path)).streams.map(({ codecName }) => codecName)).toEqual(['h264', 'aac']);
      expect(await decodeComplaints(path)).toBe('');
    });

    it.each([
      ['at a keyframe', { cutMode: 'keyframe' }],
      ['as ts', { container: 'ts', cutMode: 'keyframe' }],
    ] as const)('is refused by name: %s', async (_name, given) => {
      const refused = render(cutOf(await bench.record(quad), given));
      await expect(refused).rejects.toMatchObject({
        ...{ code: 'unsupported-source', retryable: false },
        message: expect.stringContaining('program_config_element'),
      });
    });
  });

  it('joins runs whose clocks are reset', async () => {
    const recorded = await bench.record({ durationSeconds: 6, laterRuns: [{ ptsOffsetSeconds: 5000 }] });
    const task = taskOf(recorded, {
      pieces: recorded.pieces.slice(1, 5),
      codec: { kind: 'transcode', profile: 'default' },
    });
    const { path, report } = await render(task);
    // 5 s of the first three pieces, 1.5 s of the fourth less the first second
    expect(await frameHashes(path)).toHaveLength(195);
    expect(report).toMatchObject({ cut: { videoFrameCount: 195 } });
    expect(await decodeComplaints(path)).toBe('');
  });

  it('writes each delivery into part numbers of its own', async () => {
    const recorded = await bench.record();
    const [first, third] = [await render(taskOf(recorded), 1), await render(taskOf(recorded), 3)];
    expect(first.report.parts.map((part) => part.partNumber)).toEqual([1]);
    expect(third.report.parts.map((part) => part.partNumber)).toEqual([2501]);
  });

  it('refuses a range that needs more scratch space than it may take, and leaves no files behind', async () => {
    const recorded = await bench.record();
    await expect(render(taskOf(recorded, { workBytes: 2e9 }))).rejects.toMatchObject({ code: 'too-long' });
    expect(readdirSync(scratchPath)).toEqual([]);
  });
});
