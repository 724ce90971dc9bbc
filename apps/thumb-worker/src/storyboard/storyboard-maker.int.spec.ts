import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { type BenchRecording, ffprobeFile, type RecordingOptions, TaskBench } from '@clipfleet/testing';
import type { StoryboardShot, StoryboardTask } from '@clipfleet/timeline';
import { StoryboardMaker } from './storyboard-maker.js';

const [WIDTH, HEIGHT] = [160, 90];
const TILE_BYTES = WIDTH * HEIGHT * 3;
const SEGMENT_FRAMES = 60;
const FRAME_TICKS = 3000;

const bench = new TaskBench();
let scratchPath: string;
let maker: StoryboardMaker;
beforeAll(async () => {
  scratchPath = await mkdtemp(join(bench.rootPath, 'scratch-'));
  maker = new StoryboardMaker(new FluentFfmpegRunner(), { scratchPath, pictureTimeoutMs: 30_000 });
});
afterAll(() => bench.close());

const taskOf = ({ source }: BenchRecording, shots: StoryboardShot[], columns = 3): StoryboardTask => {
  const tileCount = shots.reduce((sum, { tiles }) => sum + tiles.length, 0);
  return {
    ...{ kind: 'storyboard', source, workBytes: 1, columns, tileWidth: WIDTH, tileCount, shots },
    ...{ intervalTicks: 90_000, durationTicks: 90_000 * tileCount },
    partBlock: { firstPartNumber: 1, partCount: 8 },
  };
};
const make = (task: StoryboardTask, signal?: AbortSignal) =>
  bench.run(task, async (io) => ({ ...(await maker.make(task, io, 1)), ...(await io.finish()) }), {
    extension: '.jpg',
    ...(signal && { signal }),
  });

/** One shot of `frame` tiles; instants as (piece, ticks behind its start). */
const frameShot = (recorded: BenchRecording, instants: [number, number][], firstTile = 0): StoryboardShot => ({
  mode: 'frame',
  lead: [],
  pieces: recorded.pieces,
  tiles: instants.map(([pieceIndex, offsetTicks], i) => ({ tileIndex: firstTile + i, pieceIndex, offsetTicks })),
});
const keyframeShot = ({ pieces }: BenchRecording, piece: number, tileIndex: number): StoryboardShot => ({
  mode: 'keyframe',
  lead: [],
  pieces: pieces.slice(piece, piece + 2),
  tiles: [{ tileIndex, pieceIndex: 0, offsetTicks: 0 }],
});

const rawPixels = (path: string, filter: string): Buffer =>
  execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-vf', filter, '-vsync', 'passthrough', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'],
    { maxBuffer: 1 << 28 },
  );
const meanSquare = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length;

/** For each tile the frame of the recording that it looks like most, by one ffmpeg over the whole playlist. */
const framesShown = (sheetPath: string, recorded: BenchRecording, tileCount: number, columns = 3): number[] => {
  const frames = rawPixels(recorded.recording.playlistPath, `scale=${WIDTH}:${HEIGHT}`);
  const frameCount = frames.length / TILE_BYTES;
  return Array.from({ length: tileCount }, (_, tile) => {
    const [x, y] = [(tile % columns) * WIDTH, Math.floor(tile / columns) * HEIGHT];
    const pixels = rawPixels(sheetPath, `crop=${WIDTH}:${HEIGHT}:${x}:${y}`);
    const distances = Array.from({ length: frameCount }, (__, frame) =>
      meanSquare(pixels, frames.subarray(frame * TILE_BYTES, (frame + 1) * TILE_BYTES)),
    );
    return distances.indexOf(Math.min(...distances));
  });
};

describe('a storyboard', () => {
  const sources: [string, Partial<RecordingOptions>][] = [
    ['closed GOPs', {}],
    ['open GOPs', { openGop: true }],
    ['HEVC with open GOPs', { videoCodec: 'hevc', openGop: true }],
    ['MPEG-2', { videoCodec: 'mpeg2' }],
  ];

  it.each(sources)('shows the frame on the screen at each instant: %s', async (_name, options) => {
    const recorded = await bench.record(options);
    const instants: [number, number][] = [
      ...([
        [1, 0],
        [1, 91_500],
      ] as [number, number][]),
      ...([
        [2, 179_999],
        [3, 3000],
        [4, 45_000],
      ] as [number, number][]),
    ];
    const { path, report } = await make(taskOf(recorded, [frameShot(recorded, instants)]));
    const expected = instants.map(([piece, ticks]) => piece * SEGMENT_FRAMES + Math.floor(ticks / FRAME_TICKS));
    expect(framesShown(path, recorded, instants.length)).toEqual(expected);
    expect(report).toMatchObject({ warnings: [], storyboard: { tileHeight: HEIGHT, missingTiles: [] } });
  });

  it.each(sources)('shows the first keyframe of each segment, whatever lies between: %s', async (_name, options) => {
    const recorded = await bench.record(options);
    const segments = [0, 3, 1, 5];
    const shots = segments.map((piece, tile) => keyframeShot(recorded, piece, tile));
    const { path, report } = await make(taskOf(recorded, shots));
    expect(framesShown(path, recorded, shots.length)).toEqual(segments.map((piece) => piece * SEGMENT_FRAMES));
    expect(report.storyboard?.missingTiles).toEqual([]);
  });

  it('reads no more of a segment than its first keyframe', async () => {
    const recorded = await bench.record({ noise: true, durationSeconds: 8, segmentSeconds: 4 });
    const task = taskOf(recorded, [keyframeShot(recorded, 1, 0)]);
    let readBytes = 0;
    const work = bench.run(task, async (io) => {
      const read = io.read.bind(io);
      io.read = async function* (piece) {
        for await (const chunk of read(piece)) {
          readBytes += chunk.length;
          yield chunk;
        }
      };
      return { ...(await maker.make(task, io, 1)), ...(await io.finish()) };
    });
    await work;
    expect(readBytes).toBeGreaterThan(0);
    expect(readBytes).toBeLessThan(recorded.pieces[1].sizeBytes / 4);
  });

  it('has the size of its rows and columns, and black where nothing can be decoded', async () => {
    const recorded = await bench.record();
    const silent = await bench.record({ videoCodec: 'none' });
    const mute: StoryboardShot = { ...keyframeShot(recorded, 0, 3), pieces: silent.pieces.slice(0, 1) };
    const task = taskOf(
      recorded,
      [
        frameShot(recorded, [
          [0, 0],
          [1, 0],
          [2, 0],
        ]),
        mute,
      ],
      2,
    );
    const { path, report } = await make(task);
    expect((await ffprobeFile(path)).streams[0]).toMatchObject({ width: 2 * WIDTH, height: 2 * HEIGHT });
    expect(report.storyboard?.missingTiles).toEqual([3]);
    expect(report.warnings).toEqual([{ code: 'tiles-missing', message: '1 of 4 tiles have no picture.' }]);
    // beyond the blocks of the JPEG that it shares with its neighbours
    const pixels = rawPixels(path, `crop=${WIDTH - 32}:${HEIGHT - 32}:${WIDTH + 16}:${HEIGHT + 16}`);
    expect(Math.max(...pixels)).toBeLessThan(8);
  });

  it('keeps the shape of upright pictures', async () => {
    const recorded = await bench.record({ widthPixels: 180, heightPixels: 320 });
    const { report } = await make(taskOf(recorded, [frameShot(recorded, [[0, 0]])]));
    expect(report.storyboard).toMatchObject({ tileWidth: WIDTH, tileHeight: 284 });
  });

  it.each(['keyframe', 'frame'] as const)('is refused by name of MPEG-4 part 2, from each %s', async (mode) => {
    const recorded = await bench.record({ videoCodec: 'mpeg4', bFrames: 0 });
    const shot = mode === 'keyframe' ? keyframeShot(recorded, 0, 0) : frameShot(recorded, [[0, 45_000]]);
    await expect(make(taskOf(recorded, [shot]))).rejects.toMatchObject({
      ...{ code: 'undecodable', retryable: false },
      message: expect.stringContaining('H.264, HEVC and MPEG-2 alone'),
    });
  });

  it('is refused by name where there is no video', async () => {
    const recorded = await bench.record({ videoCodec: 'none' });
    for (const shot of [frameShot(recorded, [[0, 0]]), keyframeShot(recorded, 0, 0)])
      await expect(make(taskOf(recorded, [shot]))).rejects.toMatchObject({ code: 'undecodable' });
  });

  it('stops when it is aborted, and leaves nothing', async () => {
    const recorded = await bench.record();
    const abort = new AbortController();
    const made = make(taskOf(recorded, [frameShot(recorded, [[0, 0]])]), abort.signal);
    abort.abort(new Error('enough'));
    await expect(made).rejects.toThrow('enough');
    expect(readdirSync(scratchPath)).toEqual([]);
  });
});
