import { describe, expect, it, test } from '@jest/globals';
import { recording, repeat, resolved, ZERO_MS } from '../plan/recording.fixture.js';
import { resolveRange, stretchOf } from './resolve-range.js';
import type { Timeline } from './timeline.js';

const ten = recording(repeat(10)).timeline;
const wall = (startMs: number, durationMs: number) =>
  ({ kind: 'wall-clock', startEpochMs: ZERO_MS + startMs, durationMs }) as const;
const fromStart = (startMs: number, durationMs: number) => ({ kind: 'from-start', startMs, durationMs }) as const;

const brief = (timeline: Timeline, startMs: number, durationMs: number) => {
  const range = resolved(timeline, wall(startMs, durationMs));
  return [range.firstIndex, range.endIndex, range.startOffsetTicks / 90, range.endOffsetTicks / 90];
};

describe('resolveRange', () => {
  test.each([
    // start, duration → first, end, offset in the first, offset in the last
    [0, 6000, [0, 1, 0, 6000]],
    [0, 6001, [0, 2, 0, 1]],
    [0, 5999, [0, 1, 0, 5999]],
    [5999, 1, [0, 1, 5999, 6000]],
    [6000, 1, [1, 2, 0, 1]],
    [7000, 10_000, [1, 3, 1000, 5000]],
    [54_000, 6000, [9, 10, 0, 6000]],
    [0, 60_000, [0, 10, 0, 6000]],
  ])('finds the segments of [%d, +%d) ms', (startMs, durationMs, expected) => {
    expect(brief(ten, startMs, durationMs)).toEqual(expected);
    const { clock, ...onRecording } = resolved(ten, fromStart(startMs, durationMs));
    expect(clock).toBe('recording');
    expect([onRecording.firstIndex, onRecording.endIndex]).toEqual(expected.slice(0, 2));
  });

  it('tells the request and the whole segments around it on the clock asked for', () => {
    expect(resolved(ten, wall(7000, 10_000))).toMatchObject({
      clock: 'wall',
      requested: { startMs: ZERO_MS + 7000, endMs: ZERO_MS + 17_000 },
      segmentBounds: { startMs: ZERO_MS + 6000, endMs: ZERO_MS + 18_000 },
      missing: [],
      warnings: [],
    });
    expect(resolved(ten, fromStart(7000, 10_000)).segmentBounds).toEqual({ startMs: 6000, endMs: 18_000 });
  });

  it('takes the whole recording', () => {
    const whole = resolved(ten, { kind: 'whole' });
    expect(whole).toMatchObject({ firstIndex: 0, endIndex: 10, startOffsetTicks: 0, endOffsetTicks: 540_000 });
    expect(whole.requested).toEqual({ startMs: 0, endMs: 60_000 });
  });

  test.each([
    [-501, 10_000, 'range-outside-recording'],
    [-500, 10_000, 'resolved'],
    [50_000, 10_500, 'resolved'],
    [50_000, 10_501, 'range-outside-recording'],
    [60_000, 100, 'range-outside-recording'],
    [-100, 100, 'range-outside-recording'],
    [1e9, 1, 'range-outside-recording'],
  ])('of [%d, +%d) ms says %s', (startMs, durationMs, expected) => {
    const call = () => resolveRange(ten, wall(startMs, durationMs));
    if (expected === 'resolved') {
      expect(call().kind).toBe(expected);
      return;
    }
    const recordingBounds = { startMs: ZERO_MS, endMs: ZERO_MS + 60_000 };
    expect(call).toThrow(
      expect.objectContaining({ code: expected, details: expect.objectContaining({ recording: recordingBounds }) }),
    );
  });

  it('takes segments by their indexes, to the tick', () => {
    const { timeline } = recording(repeat(10));
    expect(resolved(timeline, { kind: 'segments', firstIndex: 3, endIndex: 5 })).toMatchObject({
      ...{ clock: 'recording', firstIndex: 3, endIndex: 5, startOffsetTicks: 0, endOffsetTicks: 540_000, missing: [] },
      requested: { startMs: 18_000, endMs: 30_000 },
    });
  });

  it.each([
    [3, 3],
    [9, 11],
    [11, 12],
  ])('refuses segments [%d, %d), which the recording does not have', (firstIndex, endIndex) => {
    expect(() => resolveRange(ten, { kind: 'segments', firstIndex, endIndex })).toThrow('are not among the 10');
  });

  it('has no wall clock when the playlist has none', () => {
    const segments = ten.segments.map((segment) => ({ ...segment, wallClockTicks: undefined }));
    const bare = { ...ten, hasWallClock: false, segments };
    expect(() => resolveRange(bare, wall(0, 1))).toThrow(expect.objectContaining({ code: 'no-wall-clock' }));
    expect(resolveRange(bare, fromStart(0, 1)).kind).toBe('resolved');
  });

  it.each([
    [10_000, 'resolved'],
    [9999, 'too-long'],
  ])('allows 10 s with a limit of %d ms: %s', (maxDurationMs, expected) => {
    const call = () => resolveRange(ten, wall(0, 10_000), { maxDurationMs }).kind;
    if (expected === 'resolved') expect(call()).toBe(expected);
    else expect(call).toThrow(expect.objectContaining({ code: expected }));
  });

  it('holds the whole recording against the limit, too', () => {
    const call = () => resolveRange(ten, { kind: 'whole' }, { maxDurationMs: 59_999 });
    expect(call).toThrow(expect.objectContaining({ code: 'too-long' }));
  });
});

describe('a growing recording', () => {
  const growing = { ...ten, growing: true };

  test.each([
    [0, 60_000, 'resolved'],
    [0, 60_001, 'not-yet'],
    [70_000, 5000, 'not-yet'],
  ])('of [%d, +%d) ms says %s', (startMs, durationMs, kind) => {
    expect(resolveRange(growing, wall(startMs, durationMs)).kind).toBe(kind);
  });

  it('says how far it has come and how far it must', () => {
    const ends = { neededEndMs: ZERO_MS + 75_000, availableEndMs: ZERO_MS + 60_000 };
    expect(resolveRange(growing, wall(70_000, 5000))).toEqual({ kind: 'not-yet', clock: 'wall', ...ends });
    expect(resolveRange(growing, fromStart(70_000, 5000))).toMatchObject({
      neededEndMs: 75_000,
      availableEndMs: 60_000,
    });
  });

  it('does not wait for what lies before it', () => {
    const call = () => resolveRange(growing, wall(-5000, 100_000));
    expect(call).toThrow(expect.objectContaining({ code: 'range-outside-recording' }));
  });

  it('is taken as it is when nobody waits', () => {
    const call = () => resolveRange(growing, wall(0, 70_000), { waitForGrowth: false });
    expect(call).toThrow(expect.objectContaining({ code: 'recording-stopped' }));
    expect(resolved(growing, { kind: 'whole' }).warnings).toEqual([
      expect.objectContaining({ code: 'growing-recording' }),
    ]);
  });
});

describe('a recording that grows', () => {
  const growing = { ...ten, growing: true };

  it('tells what of the range is there already', () => {
    const answer = resolveRange(growing, wall(7000, 60_000));
    const requested = { startMs: ZERO_MS + 7000, endMs: ZERO_MS + 67_000 };
    expect(answer).toMatchObject({ available: { firstIndex: 1, endIndex: 10, requested, startOffsetTicks: 90_000 } });
  });

  it('is waited for until the tail of the range is there, too, unless it has ended', () => {
    const options = { tailMs: 2_000 };
    expect(resolveRange(growing, wall(0, 54_000), options).kind).toBe('resolved');
    expect(resolveRange(growing, wall(0, 54_001), options)).toMatchObject({
      kind: 'not-yet',
      available: { endIndex: 10 },
    });
    expect(resolveRange(ten, wall(0, 54_001), options).kind).toBe('resolved');
  });

  it('that stopped is refused by name, also after it has ended', () => {
    const refusal = expect.objectContaining({ code: 'recording-stopped' });
    expect(() => resolveRange(growing, wall(0, 70_000), { waitForGrowth: false })).toThrow(refusal);
    expect(() => resolveRange(ten, wall(0, 70_000), { wasGrowing: true })).toThrow(refusal);
    expect(() => resolveRange(growing, wall(70_000, 10), { waitForGrowth: false, allowShort: true })).toThrow(refusal);
  });

  it('that stopped is taken as far as it came where that is enough, and tells what is missing', () => {
    const options = { waitForGrowth: false, allowShort: true };
    const short = resolveRange(growing, wall(50_000, 20_000), options);
    const missing = [{ startMs: ZERO_MS + 60_000, endMs: ZERO_MS + 70_000, reason: 'not-recorded' }];
    expect(short).toMatchObject({ firstIndex: 8, endIndex: 10, endOffsetTicks: 540_000, missing });
  });

  it('is cut into stretches that tell each hole once', () => {
    const { timeline } = recording([...repeat(3), { gap: true }, { jumpMs: 9000 }, ...repeat(3)]);
    const whole = resolved(timeline, wall(1000, 50_000));
    const parts = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => stretchOf(timeline, whole, [index, index + 1]));
    expect(parts.flatMap(({ missing }) => missing)).toEqual(whole.missing);
    expect(parts[0].startOffsetTicks).toBe(90_000);
    expect(parts[1].startOffsetTicks).toBe(0);
    expect(parts[7].endOffsetTicks).toBe(whole.endOffsetTicks);
  });
});

describe('gaps', () => {
  it('are told from EXT-X-GAP, neighbours joined, within the request', () => {
    const { timeline } = recording([...repeat(2), ...repeat(2, { gap: true }), ...repeat(2)]);
    const span = { startMs: ZERO_MS + 12_000, endMs: ZERO_MS + 24_000, reason: 'gap-tag' };
    expect(resolved(timeline, wall(0, 36_000)).missing).toEqual([span]);
    expect(resolved(timeline, wall(0, 15_000)).missing).toEqual([{ ...span, endMs: ZERO_MS + 15_000 }]);
    expect(resolved(timeline, wall(0, 12_000)).missing).toEqual([]);
  });

  it.each([
    [500, []],
    [501, [{ startMs: ZERO_MS + 12_000, endMs: ZERO_MS + 12_501, reason: 'wall-clock-hole' }]],
  ])('are told from %d ms that the clock jumped', (jumpMs, missing) => {
    const { timeline } = recording([...repeat(2), { jumpMs }, ...repeat(2)]);
    expect(resolved(timeline, wall(0, 20_000)).missing).toEqual(missing);
  });

  it('are told where the range begins or ends in one', () => {
    const { timeline } = recording([...repeat(2), { jumpMs: 60_000 }, ...repeat(2)]);
    const begins = resolved(timeline, wall(30_000, 45_000));
    expect(begins).toMatchObject({ firstIndex: 2, endIndex: 3, startOffsetTicks: 0, endOffsetTicks: 3000 * 90 });
    expect(begins.missing).toEqual([{ startMs: ZERO_MS + 30_000, endMs: ZERO_MS + 72_000, reason: 'wall-clock-hole' }]);
    const ends = resolved(timeline, wall(6000, 30_000));
    expect(ends).toMatchObject({ firstIndex: 1, endIndex: 2, endOffsetTicks: 540_000 });
    expect(ends.missing).toEqual([{ startMs: ZERO_MS + 12_000, endMs: ZERO_MS + 36_000, reason: 'wall-clock-hole' }]);
    expect(() => resolveRange(timeline, wall(20_000, 10_000))).toThrow(expect.objectContaining({ code: 'gap' }));
  });

  it('of the wall clock are a warning on the recording’s own clock', () => {
    const { timeline } = recording([...repeat(2), { jumpMs: 60_000 }, ...repeat(2)]);
    const range = resolved(timeline, fromStart(0, 30_000));
    expect(range).toMatchObject({ missing: [], warnings: [{ code: 'wall-clock-hole' }] });
  });

  it('of presentation time are gaps on the recording’s own clock', () => {
    const { timeline } = recording(repeat(3));
    timeline.segments[2].startTicks += 900_000;
    const missing = [{ startMs: 12_000, endMs: 22_000, reason: 'wall-clock-hole' }];
    expect(resolved(timeline, { kind: 'whole' }).missing).toEqual(missing);
  });
});

describe('a clock that was set back', () => {
  // 0…30 s, then from 12 s on again up to 42 s
  const { timeline } = recording([...repeat(5), { jumpMs: -18_000 }, ...repeat(4)]);

  it('gives the first pass of a time that occurs twice', () => {
    expect(brief(timeline, 13_000, 4000)).toEqual([2, 3, 1000, 5000]);
    expect(resolved(timeline, wall(13_000, 4000)).warnings).toEqual([]);
  });

  it('gives both passes when the end is only reached in the second, and says so', () => {
    expect(brief(timeline, 13_000, 20_000)).toEqual([2, 9, 1000, 3000]);
    expect(resolved(timeline, wall(13_000, 20_000)).warnings).toEqual([
      expect.objectContaining({ code: 'wall-clock-back' }),
    ]);
  });

  it('finds a time that only the second pass has', () => {
    expect(brief(timeline, 31_000, 1000)).toEqual([8, 9, 1000, 2000]);
  });

  it('by less than the tolerance is no matter', () => {
    const jitter = recording([...repeat(2), { jumpMs: -400 }, ...repeat(2)]).timeline;
    expect(resolved(jitter, wall(0, 20_000))).toMatchObject({ firstIndex: 0, endIndex: 4, missing: [], warnings: [] });
    expect(brief(jitter, 11_700, 1000)).toEqual([2, 3, 100, 1100]);
  });
});
