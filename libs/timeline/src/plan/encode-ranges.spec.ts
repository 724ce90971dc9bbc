import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { Encoding } from '../edit/encoding.js';
import { BUILT_IN_PROFILES } from '../edit/encoding.js';
import { type EncodeJob, planEncodeTasks, splitByTime } from './encode-ranges.js';
import type { Piece } from './piece.js';
import { DEFAULT_PLAN_LIMITS, type PlanLimits, type SegmentProbe } from './plan-input.js';
import { indexes, planOf, refusal, streams, wall } from './planned.fixture.js';
import { h264Aac, MIB, repeat } from './recording.fixture.js';
import type { EncodeAudioTask, EncodeRangeTask } from './task.js';

const codec = { kind: 'transcode', profile: 'default' } as const;
const output = { container: 'mp4', cutMode: 'exact', codec } as const;
const encoding = BUILT_IN_PROFILES['default'];

const pieceOf = (segmentIndex: number, durationMs = 6000, runIndex = 0): Piece => ({
  ...{ segmentIndex, runIndex, key: `${segmentIndex}.ts` },
  ...{ sizeBytes: 4 * MIB, durationTicks: durationMs * 90 },
});

const clipOf = (pieces: Piece[], clipIndex = 0): EncodeJob['clips'][number] => ({
  ...{ clipIndex, pieces, after: { tail: [] } },
  cut: { source: { storeId: 's', bucket: `bucket-${clipIndex}` }, cutMode: 'exact', lead: [], warnings: [] },
});
const jobOf = (pieces: Piece[], changes: Partial<EncodeJob> = {}): EncodeJob => ({
  ...{ container: 'mp4', cutMode: 'exact', programOf: () => undefined, encoding, sound: 'copy' },
  clips: [clipOf(pieces)],
  ...changes,
});
const rangesOf = (job: EncodeJob, limits: Partial<PlanLimits> = {}): EncodeRangeTask[] =>
  planEncodeTasks(job, { ...DEFAULT_PLAN_LIMITS, ...limits }).filter((task) => task.kind === 'encode-range');

describe('a plan of encoding in ranges', () => {
  it('is one range for what is short, which has the header and all part numbers', () => {
    const plan = planOf(repeat(4), { output });
    expect(plan).toMatchObject({ strategy: 'encode-ranges', header: 'none', reason: 'the request asks for encoding' });
    expect(plan.tasks).toMatchObject([
      {
        ...{ kind: 'encode-range', rangeIndex: 0, rangeCount: 1, place: 'only', copiesAudio: true, cutMode: 'exact' },
        ...{ video: encoding.video, partBlock: { firstPartNumber: 1, partCount: 10_000 }, tail: [] },
      },
    ]);
  });

  it('has ranges of about half a minute, each with what its decoder needs before and behind', () => {
    const plan = planOf(repeat(20, { sizeBytes: 4 * MIB }), { output });
    expect(plan.header).toBe('merge');
    const tasks = plan.tasks as EncodeRangeTask[];
    expect(tasks.map(({ pieces }) => pieces.length)).toEqual([5, 5, 5, 5]);
    expect(tasks.map(({ place }) => place)).toEqual(['first', 'inner', 'inner', 'last']);
    expect(tasks.map(({ lead }) => indexes(lead))).toEqual([[], [3, 4], [8, 9], [13, 14]]);
    expect(tasks.map(({ tail }) => indexes(tail))).toEqual([[5], [10], [15], []]);
    expect(tasks.map(({ partBlock }) => partBlock.firstPartNumber)).toEqual([2, 2501, 5000, 7499]);
  });

  it('cuts the first and the last range where the request says', () => {
    const plan = planOf(repeat(30, { sizeBytes: 4 * MIB }), { output, range: wall(7_000, 130_000) });
    const tasks = plan.tasks as EncodeRangeTask[];
    expect(tasks.map(({ trimStart }) => trimStart?.offsetTicks)).toEqual([90_000, undefined, undefined, undefined]);
    expect(tasks.map(({ trimEnd }) => trimEnd?.offsetTicks)).toEqual([undefined, undefined, undefined, 450_000]);
    expect(indexes(tasks[3].tail)).toEqual([23]);
  });

  it('has the sound as a task in front of the ranges when it has to be encoded', () => {
    const probe = streams(['video', 'h264'], ['audio', 'ac3', 48_000]);
    const plan = planOf(repeat(20, { sizeBytes: 4 * MIB }), { output, probe });
    const [sound, ...ranges] = plan.tasks as [EncodeAudioTask, ...EncodeRangeTask[]];
    expect(sound).toMatchObject({ kind: 'encode-audio', place: 'first', audio: encoding.audio });
    expect(sound.pieces).toHaveLength(20);
    expect(ranges.map(({ place, copiesAudio }) => [place, copiesAudio])).toEqual([
      ...Array.from({ length: 3 }, () => ['inner', false]),
      ['last', false],
    ]);
    expect(sound.partBlock.firstPartNumber).toBe(2);
  });

  test.each<[string, SegmentProbe[], Encoding['audio']['whenAac'], string[]]>([
    ['AAC that is wanted as it is', [h264Aac()], 'copy', ['encode-range']],
    ['AAC that is wanted encoded', [h264Aac()], 'encode', ['encode-audio', 'encode-range']],
    ['no sound', [streams(['video', 'h264'])], 'copy', ['encode-range']],
    [
      'AAC of two rates',
      [streams(['video', 'h264'], ['audio', 'aac', 44_100]), streams(['video', 'h264'], ['audio', 'aac', 48_000])],
      'copy',
      ['encode-audio', 'encode-range'],
    ],
  ])('of %s', (_name, probes, whenAac, kinds) => {
    const { tasks } = planOf(
      probes.map((_probe, runIndex) => ({ runIndex })),
      {
        output: {
          ...output,
          codec: { kind: 'transcode', video: encoding.video, audio: { ...encoding.audio, whenAac } },
        },
        probes: probes.map((probe, index) => [index, probe]),
      },
    );
    expect(tasks.map(({ kind }) => kind)).toEqual(kinds);
    if (probes.length > 1) expect(tasks[0]).toMatchObject({ audio: { sampleRateHz: 44_100 } });
  });

  test.each([
    ['sound alone', streams(['audio', 'aac']), 'there is no video'],
    ['a codec that only ffmpeg reads', streams(['video', 'vc1']), 'video codec vc1 is read by ffmpeg alone'],
    ['what is not known', streams(), 'there is no video'],
  ])('is none for %s', (_name, probe, reason) => {
    const plan = planOf(repeat(3), { output, probe });
    expect(plan).toMatchObject({ strategy: 'render', reason: `the request asks for encoding; ${reason}` });
  });

  it('is none of fewer frames than one a second', () => {
    const planWith = (frameRate: string) =>
      planOf(repeat(20, { sizeBytes: 4 * MIB }), {
        output: { ...output, codec: { kind: 'transcode', video: { ...encoding.video, frameRate } } },
      });
    const reason = 'the request asks for encoding; fewer frames than one a second are made by one ffmpeg';
    expect(planWith('1/2')).toMatchObject({ strategy: 'render', reason });
    expect(planWith('1001/1001').tasks).toHaveLength(4);
  });

  test.each([
    ['a profile there is not', { profile: 'none' }, 'output.codec.profile', 'there are default, h264-1080p'],
    [
      'more quality than allowed',
      { video: { ...encoding.video, rate: { kind: 'quality', crf: 3 } as const } },
      'output.codec.video.rate.crf',
      'at least 14 is allowed',
    ],
    [
      'more frames than allowed',
      { video: { ...encoding.video, frameRate: '240' } },
      'output.codec.video.frameRate',
      'at most 60 is allowed',
    ],
    [
      'more bits than allowed',
      { video: { ...encoding.video, rate: { kind: 'bitrate', bitrateBps: 90_000_000 } as const } },
      'output.codec.video.rate.bitrateBps',
      'at most 40000000 is allowed',
    ],
  ])('refuses %s by name', (_name, policy, field, message) => {
    const call = () => planOf([{}], { output: { ...output, codec: { kind: 'transcode', ...policy } } });
    expect(refusal(call)).toMatchObject({
      ...{ code: 'bad-parameter', details: { field }, message: expect.stringContaining(message) },
    });
  });
});

describe('the ranges of an encode', () => {
  it.each<[string, Partial<Encoding['video']>, Partial<PlanLimits>, number]>([
    ['as many as half minutes', {}, {}, 4],
    ['fewer of few bits', { rate: { kind: 'bitrate', bitrateBps: 1_000_000 } }, {}, 2],
    ['one of very few bits', { rate: { kind: 'bitrate', bitrateBps: 100_000 } }, {}, 1],
    ['no more than allowed', {}, { maxEncodeRanges: 3 }, 3],
    ['as many when another frame rate is made', { frameRate: '25' }, {}, 4],
  ])('are %s', (_name, changes, limits, count) => {
    const pieces = Array.from({ length: 20 }, (_, index) => pieceOf(index));
    const job = jobOf(pieces, { encoding: { ...encoding, video: { ...encoding.video, ...changes } } });
    expect(rangesOf(job, limits)).toHaveLength(count);
  });

  it('have neither lead nor tail of another run', () => {
    const pieces = [pieceOf(0), pieceOf(1), pieceOf(2, 6000, 1), pieceOf(3, 6000, 1)];
    const limits = { encodeRangeMs: 12_000, minEncodedRangeBytes: 0 };
    const [first, second] = rangesOf(jobOf(pieces), limits);
    expect([first.tail, second.lead]).toEqual([[], []]);
  });

  it('are each of one clip, and cut where it is', () => {
    const clips = [clipOf([pieceOf(0), pieceOf(1)]), clipOf([pieceOf(7, 6000, 1), pieceOf(8, 6000, 1)], 1)];
    clips[1].cut.trimStart = { offsetTicks: 9000 };
    const ranges = rangesOf(jobOf([], { clips }), { minEncodedRangeBytes: 0 });
    expect(ranges.map(({ pieces, source, clipIndex }) => [indexes(pieces), source.bucket, clipIndex])).toEqual([
      [[0, 1], 'bucket-0', 0],
      [[7, 8], 'bucket-1', 1],
    ]);
    expect(ranges.map(({ trimStart }) => trimStart?.offsetTicks)).toEqual([undefined, 9000]);
  });

  it('own every piece once, in order, in blocks of part numbers that do not meet', () => {
    const durations = fc.array(fc.integer({ min: 100, max: 20_000 }), { minLength: 1, maxLength: 200 });
    const sounds = fc.constantFrom('copy' as const, 'encode' as const, 'none' as const);
    const property = fc.property(durations, sounds, fc.integer({ min: 1, max: 40 }), (list, sound, maxEncodeRanges) => {
      const pieces = list.map((durationMs, index) => pieceOf(index, durationMs));
      const limits = { ...DEFAULT_PLAN_LIMITS, encodeRangeMs: 1_000, minEncodedRangeBytes: 0, maxEncodeRanges };
      const tasks = planEncodeTasks(jobOf(pieces, { sound }), limits);
      const ranges = tasks.filter((task) => task.kind === 'encode-range');
      expect(ranges.flatMap((task) => task.pieces)).toEqual(pieces);
      expect(ranges.length).toBeLessThanOrEqual(maxEncodeRanges);
      let next = tasks.length === 1 ? 1 : 2;
      for (const { partBlock } of tasks) {
        expect(partBlock.firstPartNumber).toBe(next);
        expect(partBlock.partCount).toBeGreaterThanOrEqual(8);
        next += partBlock.partCount;
      }
      expect(next - 1).toBeLessThanOrEqual(10_000);
      expect(tasks.filter(({ place }) => place === 'first' || place === 'only')).toEqual([tasks[0]]);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('are told where the frames of their run are counted from, when another frame rate is made', () => {
    const pieces = Array.from({ length: 16 }, (_, index) => pieceOf(index, 6000, index < 10 ? 0 : 1));
    const clips = [clipOf(pieces)];
    clips[0].cut.trimStart = { offsetTicks: 9000 };
    const video = { ...encoding.video, frameRate: '25' };
    const limits = { encodeRangeMs: 18_000, minEncodedRangeBytes: 0, tailMs: 6000, tailBytes: 0 };
    const ranges = rangesOf(jobOf([], { clips, encoding: { ...encoding, video } }), limits);
    const starts = ranges.map(({ pieces: own, gridStart }) => [
      own[0].segmentIndex,
      gridStart && [indexes(gridStart.pieces), gridStart.trimStart?.offsetTicks, gridStart.passedTicks / 90_000],
    ]);
    expect(starts).toEqual([
      [0, undefined],
      [4, [[0], 9000, 24]],
      [7, [[0], 9000, 42]],
      // begins in the run before: its second run begins with it
      [10, undefined],
      [13, [[10], undefined, 18]],
    ]);
    const kept = rangesOf(jobOf([], { clips }), limits);
    expect(kept.map(({ gridStart }) => gridStart)).toEqual(kept.map(() => undefined));
  });

  it('end where their share of the time has passed', () => {
    const pieces = [10, 1, 1, 1, 1, 10].map((seconds, index) => pieceOf(index, seconds * 1000));
    expect(splitByTime(pieces, 2).map(indexes)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });
});
