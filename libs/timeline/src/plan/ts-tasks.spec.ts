import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { planExport } from './plan-export.js';
import { DEFAULT_PLAN_LIMITS, type PlanLimits } from './plan-input.js';
import { inputOf, MIB, recording, repeat, type SegmentSketch } from './recording.fixture.js';
import type { TsPartsTask } from './task.js';

const planOf = (sketches: SegmentSketch[], limits: Partial<PlanLimits>, storeCopy = true): TsPartsTask[] =>
  planExport(inputOf(recording(sketches), { limits, abilities: { storeCopy } })).tasks as TsPartsTask[];
const bytesOf = (task: TsPartsTask): number => task.workBytes;

describe('the tasks of a ts', () => {
  it.each([
    ['a loaded fleet streams in as few as the budget allows', 600, 0, 3],
    ['an idle one in as many as are idle', 600, 8, 8],
    ['in shares that are worth it', 60, 50, 3],
    ['a small output in one', 32, 50, 1],
  ])('%s', (_name, mebibytes, idleSlots, expected) => {
    const tasks = planOf(repeat(mebibytes, { sizeBytes: MIB }), { idleSlots });
    expect(tasks).toHaveLength(expected);
    const aim = (mebibytes * MIB) / expected;
    for (const task of tasks.slice(0, -1)) expect(bytesOf(task)).toBeGreaterThanOrEqual(aim * 0.9);
    for (const task of tasks) expect(bytesOf(task)).toBeLessThanOrEqual(aim * 1.5);
  });

  it('copies inside the store are spread too, each counted as a sixteenth', () => {
    const copied = planOf(repeat(100, { sizeBytes: 10 * MIB }), { idleSlots: 50 });
    expect(copied).toHaveLength(3);
    expect(copied.flatMap(({ parts }) => parts).every(({ method }) => method === 'store-copy')).toBe(true);
    expect(planOf(repeat(100, { sizeBytes: 10 * MIB }), {})).toHaveLength(1);
  });

  it('own every part once in order, within budgets and shares, for any sizes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 * MIB }), { minLength: 1, maxLength: 80 });
    const anyLimits = fc.record({
      idleSlots: fc.integer({ min: 0, max: 30 }),
      taskStreamBytes: fc.integer({ min: 8 * MIB, max: 512 * MIB }),
      smallOutputBytes: fc.integer({ min: 0, max: 64 * MIB }),
      idleRangeBytes: fc.integer({ min: 8 * MIB, max: 64 * MIB }),
    });
    fc.assert(
      fc.property(sizes, anyLimits, fc.boolean(), (sizes, limits, storeCopy) => {
        const sketches = sizes.map((sizeBytes) => ({ sizeBytes }));
        const tasks = planOf(sketches, limits, storeCopy);
        expect(planOf(sketches, limits, storeCopy)).toEqual(tasks);
        const parts = tasks.flatMap((task) => task.parts);
        expect(parts.map(({ partNumber }) => partNumber)).toEqual(parts.map((_part, index) => index + 1));
        const pieces = parts.flatMap((part) => part.pieces);
        // one that lends to its neighbours comes in several, without a byte lost
        expect([...new Set(pieces.map(({ segmentIndex }) => segmentIndex))]).toEqual([...sizes.keys()]);
        const bytesOf = (index: number): number =>
          pieces.reduce((sum, piece) => sum + (piece.segmentIndex === index ? piece.sizeBytes : 0), 0);
        expect(sizes.map((_size, index) => bytesOf(index))).toEqual(sizes);
        if (tasks.length === 1) return;
        for (const { parts: own } of tasks) {
          const streamed = own.filter(({ method }) => method === 'stream').flatMap((part) => part.pieces);
          const streamedBytes = streamed.reduce((sum, piece) => sum + piece.sizeBytes, 0);
          if (own.length > 1) expect(streamedBytes).toBeLessThanOrEqual(limits.taskStreamBytes);
        }
        const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
        expect(totalBytes).toBeGreaterThan(DEFAULT_PLAN_LIMITS.minPartBytes);
      }),
      { numRuns: 200 },
    );
  });
});
