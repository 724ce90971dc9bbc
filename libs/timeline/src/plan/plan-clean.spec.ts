import { describe, expect, it } from '@jest/globals';
import { codes, planOf, wall } from './planned.fixture.js';
import { MIB, repeat, type SegmentSketch } from './recording.fixture.js';
import type { TsPartsTask } from './task.js';

const large = (runIndex = 0): SegmentSketch => ({ sizeBytes: 6 * MIB, runIndex });

describe('a ts over a discontinuity', () => {
  it('is made continuous by one task, which says why nothing is copied', () => {
    const plan = planOf([large(), large(), large(1), large(2)]);
    const [task, ...others] = plan.tasks as TsPartsTask[];
    expect(others).toEqual([]);
    expect(task).toMatchObject({ clean: true, equalPartBytes: 8 * MIB, parts: [{ partNumber: 1, method: 'stream' }] });
    expect(task.parts[0].pieces).toHaveLength(4);
    expect(plan.reason).toBe('counters and times are made continuous over 2 discontinuities');
  });

  it.each<[string, SegmentSketch[], number]>([
    ['what is missing', [large(), { sizeBytes: null }, large()], 18_000],
    ['a hole of the wall clock', [large(), { ...large(), jumpMs: 60_000 }], 72_000],
  ])('which is also %s', (_name, sketches, durationMs) => {
    const plan = planOf(sketches, { range: wall(0, durationMs), output: { gapPolicy: 'skip' } });
    expect(plan.tasks).toMatchObject([{ clean: true }]);
  });

  it('is copied inside the store when the bytes are asked for as they are, and warns of it', () => {
    const plan = planOf([large(), large(1)], { output: { clean: false } });
    const [task] = plan.tasks as TsPartsTask[];
    expect(task).not.toHaveProperty('clean');
    expect(task.parts.map(({ method }) => method)).toEqual(['store-copy', 'store-copy']);
    expect(codes(plan)).toEqual(['discontinuities-kept']);
  });

  it('is not looked at in an mp4 or an encode', () => {
    expect(planOf([large(), large(1)], { output: { container: 'mp4' } }).reason).toBeUndefined();
    const encoded = planOf([large(), large(1)], { output: { codec: { kind: 'transcode', profile: 'default' } } });
    expect(encoded.strategy).toBe('render');
  });
});

describe('a ts of one run', () => {
  it.each([
    [undefined, 'store-copy'],
    [false, 'store-copy'],
    [true, 'stream'],
  ] as const)('with clean: %s is made by %s', (clean, method) => {
    const plan = planOf(repeat(3, large()), { output: { ...(clean !== undefined && { clean }) } });
    const [task] = plan.tasks as TsPartsTask[];
    expect(new Set(task.parts.map((part) => part.method))).toEqual(new Set([method]));
    expect(task.clean).toBe(clean === true ? true : undefined);
    expect(codes(plan)).toEqual([]);
  });

  it('that is clean has parts as large as it takes to have at most 10,000, and those a store wants', () => {
    const [task] = planOf(repeat(9000, { sizeBytes: 20 * MIB }), { output: { clean: true } }).tasks as TsPartsTask[];
    expect(task.equalPartBytes).toBe(18 * MIB);
    const sketch = { output: { clean: true }, abilities: { equalParts: true } };
    expect(planOf(repeat(9), sketch).tasks).toMatchObject([{ clean: true, equalPartBytes: 32 * MIB }]);
  });
});
