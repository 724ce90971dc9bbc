import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { type BenchRecording, ffprobeFile, type RecordingOptions, TaskBench } from '@clipfleet/testing';
import type { PictureTask } from '@clipfleet/timeline';
import { PictureMaker } from './picture-maker.js';

const bench = new TaskBench();
const maker = new PictureMaker(new FluentFfmpegRunner(), { scratchPath: tmpdir(), pictureTimeoutMs: 30_000 });
afterAll(() => bench.close());

const taskOf = ({ pieces, source }: BenchRecording, offsetTicks: number): PictureTask => ({
  kind: 'picture',
  source,
  workBytes: 1,
  lead: [],
  trimStart: { offsetTicks },
  pieces: pieces.slice(2, 4),
  partBlock: { firstPartNumber: 1, partCount: 1 },
});
const make = (task: PictureTask): ReturnType<TaskBench['run']> => {
  const extension = `.${task.imageFormat ?? 'jpg'}`;
  return bench.run(task, async (io) => ({ cut: await maker.make(task, io), ...(await io.finish()) }), { extension });
};

/** Only ffmpeg finds its pictures. */
const MPEG4: Partial<RecordingOptions> = { videoCodec: 'mpeg4', bFrames: 0 };

/** How alike two pictures are, in dB; the same picture compressed once more is above 30. */
const psnr = (a: string, b: string): number => {
  const filter = ['-lavfi', 'psnr', '-f', 'null', '-'];
  const log = execFileSync('sh', ['-c', 'ffmpeg -hide_banner "$@" 2>&1', 'sh', '-i', a, '-i', b, ...filter]).toString();
  return Number(/average:([\d.]+|inf)/.exec(log)?.[1].replace('inf', '99'));
};

describe('pictures', () => {
  it.each<[string, number, number, Partial<RecordingOptions>?]>([
    ['on a frame', 90_000, 30],
    ['between two frames: the one that is on the screen', 90_000 + 2999, 30],
    ['at the start of a segment', 0, 0],
    ['in the last frame of a segment', 179_999, 59],
    ['on a frame of MPEG-4 part 2', 90_000, 30, MPEG4],
    ['between two frames of MPEG-4 part 2', 90_000 + 2999, 30, MPEG4],
    ['at the start of a segment of MPEG-4 part 2', 0, 0, MPEG4],
    ['in the last frame of a segment of MPEG-4 part 2', 179_999, 59, MPEG4],
  ])('show the frame at an instant %s', async (_name, offsetTicks, frameInSegment, options = {}) => {
    const recorded = await bench.record(options);
    const { path, report } = await make(taskOf(recorded, offsetTicks));
    const frameIndex = 2 * 60 + frameInSegment;
    const truth = join(bench.rootPath, 'truth.png');
    const select = ['-vf', `select=eq(n\\,${frameIndex})`, '-frames:v', '1', '-vsync', 'passthrough', truth];
    execFileSync('ffmpeg', ['-y', '-v', 'error', '-i', recorded.recording.playlistPath, ...select]);
    expect(psnr(path, truth)).toBeGreaterThan(30);
    expect(report).toMatchObject({ cut: { startDeltaTicks: frameInSegment * 3000 - offsetTicks, videoFrameCount: 1 } });
  });

  it('have the asked size', async () => {
    const recorded = await bench.record();
    const { path } = await make({ ...taskOf(recorded, 0), imageSize: { width: 160, height: 90 } });
    expect((await ffprobeFile(path)).streams[0]).toMatchObject({ width: 160, height: 90 });
  });

  it.each([
    ['png', 'png'],
    ['webp', 'webp'],
  ] as const)('are %s when that is asked', async (imageFormat, codecName) => {
    const recorded = await bench.record();
    const { path } = await make({ ...taskOf(recorded, 0), imageFormat, imageSize: { width: 64, height: 36 } });
    expect((await ffprobeFile(path)).streams[0]).toMatchObject({ codecName, width: 64, height: 36 });
  });

  it('are refused by name where there is no video', async () => {
    const recorded = await bench.record({ videoCodec: 'none' });
    await expect(make(taskOf(recorded, 0))).rejects.toMatchObject({ code: 'undecodable' });
  });
});
