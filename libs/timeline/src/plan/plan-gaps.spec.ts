import { describe, expect, it } from '@jest/globals';
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
