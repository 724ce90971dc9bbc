import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type BenchRecording,
  decodeComplaints,
  type FrameHash,
  ffprobePackets,
  frameHashes,
  type RecordingOptions,
} from '@clipfleet/testing';
import { BUILT_IN_PROFILES, type VideoEncoding } from '@clipfleet/timeline';
import { EncodeBench, tasksOf, type TasksSketch } from './encode-bench.fixture.js';

const bench = new EncodeBench();
afterAll(() => bench.close());
const run = promisify(execFile);
const SMALL = { durationSeconds: 5, widthPixels: 160, heightPixels: 90 };
const RATES = ['25', '30', '30000/1001', '50', '25/2'];

/** Without loss: a picture that is shown has the hash it has in the source. */
const lossless = (frameRate: string): VideoEncoding => ({
  ...BUILT_IN_PROFILES['default'].video,
  ...{ preset: 'ultrafast', rate: { kind: 'quality', crf: 0 }, frameRate },
});

const hashesOf = (output: string): FrameHash[] =>
  output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').map((field) => field.trim()))
    .map((fields) => ({ pts: Number(fields[2]), md5: fields[5] }));

/** The truth: one ffmpeg's pictures over the whole playlist, not encoded. */
const single = async (
  { recording }: BenchRecording,
  frameRate: string,
  before: string[] = [],
): Promise<FrameHash[]> => {
  const filters = [...before, 'setpts=PTS-STARTPTS', `fps=${frameRate}:start_time=0:round=near`];
  const { stdout } = await run('ffmpeg', [
    ...['-v', 'error', '-i', recording.playlistPath, '-map', '0:v', '-vf', filters.join(',')],
    ...['-vsync', 'passthrough', '-enc_time_base', '1:90000', '-f', 'framehash', '-hash', 'md5', '-'],
  ]);
  return hashesOf(stdout);
};

const encode = async (recorded: BenchRecording, frameRate: string, sketch: TasksSketch) =>
  bench.run(tasksOf(recorded, { ...sketch, video: lossless(frameRate) }));

const shownIn = async (path: string): Promise<FrameHash[]> => {
  const frames = await frameHashes(path);
  return frames.map(({ pts, md5 }) => ({ pts: pts - frames[0].pts, md5 }));
};

describe('another frame rate', () => {
  const recordings: [string, Partial<RecordingOptions>, number[], string[]?][] = [
    ['25 frames a second', { frameRate: '25' }, [1, 2]],
    ['29.97 frames a second', { frameRate: '30000/1001' }, [1]],
    ['50 frames a second', { frameRate: '50' }, [1]],
    ['frames at uneven times', { unevenFrames: true, openGop: true }, [1, 2]],
    ['a hole', { frameRate: '25', pictureHole: [1.5, 3.3], gopSeconds: 0.5, segmentSeconds: 1 }, [1]],
    ['segments cut anywhere', { cutAnywhere: true, gopSeconds: 3, frameRate: '24000/1001' }, [1], ['30', '25/2']],
    ['a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_441, frameRate: '60000/1001' }, [1], ['30000/1001', '25']],
  ];
  it.each(recordings)(
    'shows in ranges the pictures that one ffmpeg shows, at the same times: %s',
    async (_name, options, lengths, rates = RATES) => {
      const recorded = await bench.tasks.record({ ...SMALL, ...options });
      for (const frameRate of rates) {
        const expected = await single(recorded, frameRate);
        for (const piecesPerRange of lengths) {
          const { path, reports } = await encode(recorded, frameRate, { piecesPerRange });
          expect({ frameRate, piecesPerRange, shown: await shownIn(path) }).toEqual({
            frameRate,
            piecesPerRange,
            shown: expected,
          });
          expect(reports.reduce((sum, { cut }) => sum + cut!.videoFrameCount!, 0)).toBe(expected.length);
        }
      }
    },
  );

  /** By the times of the source's pictures alone: frame n shows the last one that begins before (n + ½) / rate. */
  const expectedOf = (
    source: FrameHash[],
    startTicks: number,
    endTicks: number,
    [frames, seconds]: [number, number],
  ) => {
    const inside = source.filter(({ pts }) => pts >= startTicks && pts < endTicks);
    const count = Math.floor(((endTicks - startTicks) * frames) / (90_000 * seconds) + 0.5);
    return Array.from({ length: count }, (_, frame) => {
      const shown = inside.findLast(({ pts }) => (pts - startTicks) * 2 * frames < (2 * frame + 1) * 90_000 * seconds);
      return { pts: Math.round((frame * 90_000 * seconds) / frames), md5: (shown ?? inside[0]).md5 };
    });
  };

  it.each([
    ['inside segments', 90_000, 45_000],
    ['between two frames', 91_001, 44_999],
    ['at the start of a segment', 0, 180_000],
  ])('is counted from a cut, and shows nothing from before it: %s', async (_name, startOffset, endOffset) => {
    const recorded = await bench.tasks.record({ ...SMALL, durationSeconds: 9, frameRate: '25', openGop: true });
    const pieces = recorded.pieces.slice(1, 4);
    const sketch = {
      ...{ piecesPerRange: 1, after: recorded.pieces.slice(4) },
      ...{ trimStart: { offsetTicks: startOffset }, trimEnd: { offsetTicks: endOffset } },
    };
    const all = await frameHashes(recorded.recording.playlistPath);
    const [inTicks, outTicks] = [all[0].pts + 180_000 + startOffset, all[0].pts + 540_000 + endOffset];
    for (const [frameRate, fraction] of [
      ['50', [50, 1]],
      ['30000/1001', [30_000, 1001]],
    ] as const) {
      const { path, reports } = await encode({ ...recorded, pieces }, frameRate, sketch);
      expect(await shownIn(path)).toEqual(expectedOf(all, inTicks, outTicks, [...fraction]));
      expect(reports[0].cut!.startDeltaTicks).toBe(0);
      expect(Math.abs(reports[2].cut!.endDeltaTicks!)).toBeLessThan(1800);
      expect(await decodeComplaints(path)).toBe('');
    }
  });

  it('is made of frames where the source has fields', async () => {
    const fields = { interlaced: true, frameRate: '25', heightPixels: 96 };
    const recorded = await bench.tasks.record({ ...SMALL, ...fields });
    for (const frameRate of ['30', '50', '25/2']) {
      const expected = await single(recorded, frameRate, ['bwdif=mode=send_frame:deint=interlaced', 'settb=1/90000']);
      const shown = await shownIn((await encode(recorded, frameRate, { piecesPerRange: 1 })).path);
      expect(shown.map(({ pts }) => pts)).toEqual(expected.map(({ pts }) => pts));
      // what a range begins with has no picture before it to be interpolated with
      const atBorder = ({ pts }: FrameHash): boolean => pts >= 180_000 && pts % 180_000 < 3600;
      const others = shown.filter(({ md5 }, frame) => md5 !== expected[frame].md5);
      expect(others).toEqual(others.filter(atBorder));
    }
  });

  it('begins anew with each run, pictures and sound in time', async () => {
    const later = { ptsOffsetSeconds: 5000, frameRate: '30000/1001' };
    const recorded = await bench.tasks.record({ ...SMALL, durationSeconds: 4, frameRate: '50', laterRuns: [later] });
    for (const piecesPerRange of [1, 3]) {
      const { path } = await encode(recorded, '25', { piecesPerRange });
      expect((await shownIn(path)).map(({ pts }) => pts)).toEqual(
        Array.from({ length: 200 }, (_, frame) => frame * 3600),
      );
      expect(await decodeComplaints(path)).toBe('');
      const sounds = await ffprobePackets(path, 'a:0');
      expect(Math.abs(sounds.at(-1)!.pts! / 48_000 - 8)).toBeLessThan(0.1);
    }
  });
});
