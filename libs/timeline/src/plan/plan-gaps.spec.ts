import { describe, expect, it } from '@jest/globals';
import { parseHls } from '../hls/parse-hls.js';
import { renderMediaPlaylist } from '../hls/render-media-playlist.js';
import { planOf, refusal, wall } from './planned.fixture.js';
import { ZERO_MS } from './recording.fixture.js';
import { type TsPartsTask } from './task.js';

describe('gaps in a plan', () => {
  const withGap = [{}, { gap: true }, {}, {}];

  it('fail by default, with every missing span', () => {
    expect(refusal(() => planOf(withGap, { range: wall(0, 24_000) }))).toMatchObject({
      code: 'gap',
      details: { missing: [{ startMs: ZERO_MS + 6000, endMs: ZERO_MS + 12_000, reason: 'gap-tag' }], missingCount: 1 },
    });
    expect(refusal(() => planOf([{}, { sizeBytes: null }], {}))).toMatchObject({
      code: 'segment-missing',
      details: { keys: ['rec/1.ts'], missing: [{ startMs: 6000, endMs: 12_000, reason: 'object-missing' }] },
    });
  });

  it.each([
    [[100, 200], 200, 'there'],
    [[100, 201], 200, 'segment-missing'],
    [undefined, 0, 'segment-missing'],
  ] as const)('a range %j of an object of %d bytes is %s', (byteRange, sizeBytes, expected) => {
    const sketch = { sizeBytes, ...(byteRange && { byteRange: [...byteRange] as [number, number] }) };
    if (expected === 'there') expect(planOf([sketch]).tasks[0].workBytes).toBe(100);
    else expect(refusal(() => planOf([sketch]))).toMatchObject({ code: expected });
  });

  it('are left out when they may be, are told, and begin a new run', () => {
    const skip = { gapPolicy: 'skip' } as const;
    const plan = planOf([...withGap, { sizeBytes: null }, {}, { jumpMs: 9000 }], {
      range: wall(0, 50_000),
      output: skip,
    });
    const [task] = plan.tasks as TsPartsTask[];
    const pieces = task.parts.flatMap((part) => part.pieces);
    expect(pieces.map((piece) => [piece.segmentIndex, piece.runIndex])).toEqual([
      [0, 0],
      [2, 1],
      [3, 1],
      [5, 2],
      [6, 3],
    ]);
    expect(plan.coverage.missing.map((span) => [span.startMs - ZERO_MS, span.endMs - ZERO_MS, span.reason])).toEqual([
      [6000, 12_000, 'gap-tag'],
      [24_000, 30_000, 'object-missing'],
      [36_000, 45_000, 'wall-clock-hole'],
    ]);
  });

  it('at the ends move the planned ends, and nothing is trimmed there', () => {
    const sketches = [{ gap: true }, {}, { sizeBytes: null }];
    const output = { gapPolicy: 'skip', cutMode: 'keyframe' } as const;
    const plan = planOf(sketches, { range: wall(1000, 16_000), output });
    expect(plan.tasks[0]).not.toHaveProperty('trimStart');
    expect(plan.tasks[0]).not.toHaveProperty('trimEnd');
    expect(plan.coverage.planned).toEqual({ startMs: ZERO_MS + 6000, endMs: ZERO_MS + 12_000 });
  });

  it('that leave nothing are refused even when they may be skipped', () => {
    const output = { gapPolicy: 'skip' } as const;
    expect(refusal(() => planOf([{ gap: true }], { output }))).toMatchObject({ code: 'gap' });
    expect(refusal(() => planOf([{ sizeBytes: null }], { output }))).toMatchObject({ code: 'segment-missing' });
  });
});

describe('gaps in a playlist', () => {
  const playlist = { container: 'playlist' } as const;
  const listed = (plan: ReturnType<typeof planOf>) =>
    plan.playlist!.entries.map(({ key, gap, discontinuity }) => [key, gap === true, discontinuity]);

  it.each(['playlist-json', 'playlist-jwe'] as const)('are refused by a %s, as by a file', (container) => {
    expect(refusal(() => planOf([{}, { gap: true }, {}], { output: { container } }))).toMatchObject({ code: 'gap' });
  });

  it('are named where they are', () => {
    const plan = planOf([{}, { gap: true }, { gap: true, runIndex: 1 }, { runIndex: 1 }], { output: playlist });
    expect(listed(plan)).toEqual([
      ['rec/0.ts', false, false],
      ['rec/1.ts', true, false],
      ['rec/2.ts', true, true],
      ['rec/3.ts', false, false],
    ]);
    expect(plan.coverage.missing).toEqual([{ startMs: 6000, endMs: 18_000, reason: 'gap-tag' }]);
    expect(plan.coverage.planned).toEqual({ startMs: 0, endMs: 24_000 });
  });

  it('stay the same when the playlist is read again, with all durations', () => {
    const sketches = [{ gap: true }, { durationMs: 6006 }, { gap: true, durationMs: 4000 }];
    const { entries } = planOf(sketches, { output: playlist }).playlist!;
    const text = renderMediaPlaylist(planOf(sketches, { output: playlist }).playlist!);
    expect(text.match(/#EXT-X-GAP\n\S+/g)).toEqual(['#EXT-X-GAP\n/rec/0.ts', '#EXT-X-GAP\n/rec/2.ts']);
    expect(text).toContain('#EXT-X-VERSION:8\n');
    const read = parseHls(text, 'out/play.m3u8');
    expect(read).toMatchObject({
      timeline: { segments: entries.map(({ durationTicks, gap = false }) => ({ durationTicks, gap })) },
    });
  });

  it('are told apart from what is missing, which is refused, or left out when it may be', () => {
    const sketches = [{}, { gap: true }, { sizeBytes: null }, {}];
    expect(refusal(() => planOf(sketches, { output: playlist }))).toMatchObject({ code: 'segment-missing' });
    expect(listed(planOf(sketches, { output: { ...playlist, gapPolicy: 'skip' } }))).toEqual([
      ['rec/0.ts', false, false],
      ['rec/1.ts', true, false],
      ['rec/3.ts', false, true],
    ]);
    const hole = [{}, { gap: true }, { jumpMs: 9000 }];
    expect(refusal(() => planOf(hole, { output: playlist, range: wall(0, 27_000) }))).toMatchObject({
      details: { missing: [{ reason: 'wall-clock-hole' }] },
    });
  });

  it('alone are no playlist', () => {
    expect(refusal(() => planOf([{ gap: true }], { output: playlist }))).toMatchObject({ code: 'gap' });
  });
});
