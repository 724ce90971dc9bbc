import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import type { TaskIo } from '@clipfleet/object-store';
import { ffprobeFile, TaskBench } from '@clipfleet/testing';
import { type PictureTask, TICKS_PER_MS } from '@clipfleet/timeline';
import { FilePictureMaker } from './file-picture-maker.js';

const MIB = 1024 * 1024;
const BUCKET = 'in';
const bench = new TaskBench();
const scratchPath = mkdtempSync(join(bench.rootPath, 'scratch-'));
const maker = new FilePictureMaker(new FluentFfmpegRunner(), { scratchPath, pictureTimeoutMs: 60_000 });
beforeAll(() => bench.store.ensureBucket(BUCKET));
afterAll(() => bench.close());

const pathOf = (name: string): string => join(bench.rootPath, BUCKET, name);
const encode = (name: string, ...args: string[]): void => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, pathOf(name)]);
};
const pictures = (seconds: number, rate = 25): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=${rate}:duration=${seconds}`],
];
const sound = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=sample_rate=48000:duration=${seconds}`];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-bf', '3', '-c:a', 'aac'];

const taskOf = (key: string, pointMs: number, image: Partial<PictureTask> = {}): PictureTask => ({
  ...{ kind: 'picture', wholeFile: true, source: { storeId: 'local', bucket: BUCKET }, workBytes: 1, lead: [] },
  trimStart: { offsetTicks: pointMs * TICKS_PER_MS },
  pieces: [{ segmentIndex: 0, key, sizeBytes: statSync(pathOf(key)).size, durationTicks: 0, runIndex: 0 }],
  partBlock: { firstPartNumber: 1, partCount: 8 },
  ...{ imageFormat: 'png', ...image },
});
const make = async (task: PictureTask, given: { signal?: AbortSignal; before?: (io: TaskIo) => void } = {}) => {
  const work = async (io: TaskIo) => {
    given.before?.(io);
    return { cut: await maker.make(task, io), ...(await io.finish()) };
  };
  const made = bench.run(task, work, { extension: `.${task.imageFormat}`, signal: given.signal });
  return made.finally(() => expect(readdirSync(scratchPath)).toEqual([]));
};

const FRAME_BYTES = 160 * 90 * 3;
const decoded = new Map<string, Buffer>();
/** The n-th frame, as decoding from the first on gives it. */
const frameOf = (name: string, index: number): Buffer => {
  const frames = decoded.get(name) ?? rawOf(pathOf(name));
  decoded.set(name, frames);
  return frames.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
};
const RAW = ['-map', '0:v:0', '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
const rawOf = (path: string): Buffer =>
  execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...RAW], { maxBuffer: 64 * MIB });

describe('a picture of a stored file', () => {
  beforeAll(() => {
    encode('a.mp4', ...pictures(6), ...sound(6), ...X264);
    for (const name of ['a.mov', 'a.ts']) encode(name, '-i', pathOf('a.mp4'), '-c', 'copy');
    // with sound, its video would begin at 21 ms
    encode('a.mkv', '-i', pathOf('a.mp4'), '-an', '-c', 'copy');
  });

  const points: [what: string, pointMs: number, frameIndex: number][] = [
    ['the first', 0, 0],
    ['a keyframe', 4000, 100],
    ['the one before a keyframe', 3999, 99],
    ['one between two others', 3219, 80],
    ['the last', 5999, 149],
  ];
  type Case = [name: string, ...(typeof points)[number]];
  const cases = (names: string[], of: typeof points): Case[] =>
    names.flatMap((name) => of.map((point) => [name, ...point]));
  it.each([
    ...cases(['a.mp4'], points),
    ...cases(['a.ts'], points.slice(1, 4)),
    ...cases(['a.mov', 'a.mkv'], points.slice(2, 3)),
  ])(
    'is of the frame that is on the screen: in %s %s',
    async (name: string, _what: string, pointMs: number, frameIndex: number) => {
      const { path, report } = await make(taskOf(name, pointMs));
      expect(rawOf(path).equals(frameOf('a.mp4', frameIndex))).toBe(true);
      const startDeltaTicks = (frameIndex * 40 - pointMs) * TICKS_PER_MS;
      expect(report).toMatchObject({ cut: { startDeltaTicks, videoFrameCount: 1 } });
    },
  );

  it('is exact where the frames have no round times, or another rate', async () => {
    encode('ntsc.mp4', ...pictures(4, 24000 / 1001), ...X264);
    // frame 36 begins at 1501.5 ms
    for (const [pointMs, frameIndex] of [
      [1501, 35],
      [1502, 36],
    ] as const) {
      const { path } = await make(taskOf('ntsc.mp4', pointMs));
      expect(rawOf(path).equals(frameOf('ntsc.mp4', frameIndex))).toBe(true);
    }
  });

  it('is the last one where the sound goes on, and the first one where it comes before', async () => {
    encode('longer.mp4', ...pictures(2), ...sound(4), ...X264);
    expect(rawOf((await make(taskOf('longer.mp4', 3500))).path).equals(frameOf('longer.mp4', 49))).toBe(true);
    const later = ['-i', pathOf('longer.mp4'), '-itsoffset', '1', '-i', pathOf('longer.mp4')];
    encode('later.mp4', ...later, '-map', '0:a', '-map', '1:v', '-c', 'copy');
    const { path, report } = await make(taskOf('later.mp4', 400));
    expect(rawOf(path).equals(frameOf('later.mp4', 0))).toBe(true);
    expect(report.cut.startDeltaTicks).toBe(600 * TICKS_PER_MS);
  });

  it('has the asked size and format', async () => {
    const image = { imageFormat: 'webp', imageSize: { width: 64, height: 36 } } as const;
    const { path } = await make(taskOf('a.mp4', 1000, image));
    expect((await ffprobeFile(path)).streams[0]).toMatchObject({ codecName: 'webp', width: 64, height: 36 });
  });

  it('reads little of a large file whose header is at its end', async () => {
    const encoders = ['-ac', '2', '-c:v', 'mjpeg', '-c:a', 'pcm_s16le'];
    encode('large.mov', ...pictures(480, 1), ...sound(480), ...encoders);
    let readBytes = 0;
    const count = (io: TaskIo): void => {
      const readRange = io.readRange.bind(io);
      io.readRange = async (...asked) => {
        const bytes = await readRange(...asked);
        readBytes += bytes.length;
        return bytes;
      };
    };
    const { path } = await make(taskOf('large.mov', 400_500), { before: count });
    expect(rawOf(path).equals(frameOf('large.mov', 400))).toBe(true);
    expect(statSync(pathOf('large.mov')).size).toBeGreaterThan(80 * MIB);
    expect(readBytes).toBeGreaterThan(0);
    expect(readBytes).toBeLessThan(24 * MIB);
  });
});

describe('no picture', () => {
  it.each([
    ['of sound', 'sound.m4a', () => encode('sound.m4a', ...sound(1))],
    [
      'of sound with a cover',
      'cover.m4a',
      () => {
        encode('cover.png', ...pictures(1), '-frames:v', '1');
        const inputs = [...sound(1), '-i', pathOf('cover.png')];
        encode('cover.m4a', ...inputs, '-map', '0', '-map', '1', '-c:v', 'png', '-disposition:v', 'attached_pic');
      },
    ],
    ['of a text', 'text.mp4', () => writeFileSync(pathOf('text.mp4'), 'hello, world\n'.repeat(100))],
    [
      'of what names other addresses',
      'list.mp4',
      () => writeFileSync(pathOf('list.mp4'), `#EXTM3U\n#EXTINF:2,\nfile://${pathOf('a.mp4')}\n#EXT-X-ENDLIST\n`),
    ],
  ])('is made %s', async (_what, name, write) => {
    write();
    await expect(make(taskOf(name, 0))).rejects.toMatchObject({ code: 'undecodable' });
  });

  it('is made of an object that is gone', async () => {
    const task = taskOf('a.mp4', 0);
    const gone = { ...task, pieces: [{ ...task.pieces[0], key: 'gone.mp4' }] };
    await expect(make(gone)).rejects.toMatchObject({ code: 'segment-missing' });
  });

  it('is made when the work is stopped', async () => {
    const abort = new AbortController();
    abort.abort(new Error('stopped'));
    await expect(make(taskOf('a.mp4', 0), { signal: abort.signal })).rejects.toThrow('stopped');
  });
});
