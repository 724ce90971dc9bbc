import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { payloadPartCount, rangePartBytes } from './part-bytes.js';
import { planExport } from './plan-export.js';
import { inputOf, MIB, recording, repeat } from './recording.fixture.js';
import { mp4, refusal } from './planned.fixture.js';
import type { RemuxRangeTask } from './task.js';

const GIB = 1024 * MIB;
const HOUR_MS = 3_600_000;
const task = (workBytes: number, partCount: number, rangeCount = 2) => ({
  ...{ workBytes, rangeCount, partBlock: { firstPartNumber: 1, partCount } },
});

/** Parts that a payload of `bytes` is cut into: a part is let go when a least one is held behind it. */
const partsOf = (bytes: number, partBytes: number): number =>
  1 + Math.max(0, Math.floor((bytes - 5 * MIB) / partBytes));

describe('rangePartBytes', () => {
  it.each([
    ['as wished where the block is large enough', task(GIB, 1000), 8 * MIB, 8 * MIB],
    ['larger where it is not', task(GIB, 16), 8 * MIB, 80 * MIB],
    ['one number less where the header takes it', task(GIB, 17, 1), 8 * MIB, 80 * MIB],
    ['as wished for next to nothing', task(1, 1), 8 * MIB, 8 * MIB],
  ])('is %s', (_name, sketch, wishedBytes, expected) => {
    expect(rangePartBytes(sketch, wishedBytes)).toBe(expected);
  });

  it('never lets a range out of its block, even one whose payload is a quarter larger than its source', () => {
    const anyTask = fc.record({
      workBytes: fc.integer({ min: 1, max: 8000 * GIB }),
      partCount: fc.integer({ min: 2, max: 10_000 }),
      rangeCount: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(anyTask, fc.integer({ min: 5, max: 64 }), ({ workBytes, partCount, rangeCount }, wishedMib) => {
        const sketch = task(workBytes, partCount, rangeCount);
        const partBytes = rangePartBytes(sketch, wishedMib * MIB);
        expect(partBytes).toBeGreaterThanOrEqual(wishedMib * MIB);
        expect(partsOf(Math.ceil(workBytes * 1.25), partBytes)).toBeLessThanOrEqual(payloadPartCount(sketch));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a long recording as mp4', () => {
  const planOf = (hours: number, megabits: number, maxRanges: number): RemuxRangeTask[] => {
    const sizeBytes = (megabits * 1e6 * 6) / 8;
    const made = recording(repeat((hours * HOUR_MS) / 6000, { sizeBytes }));
    return planExport(inputOf(made, { output: mp4, limits: { maxRanges } })).tasks as RemuxRangeTask[];
  };

  it.each([
    [24, 8, 64, 64, 11],
    [24, 8, 1, 1, 11],
    [48, 8, 64, 64, 22],
    [48, 20, 64, 64, 53],
    [48, 20, 1000, 1000, 60],
  ])('of %d h at %d Mbit/s in at most %d ranges keeps to its part numbers', (hours, megabits, most, count, mib) => {
    const tasks = planOf(hours, megabits, most);
    expect(tasks).toHaveLength(count);
    for (const each of tasks) {
      const partBytes = rangePartBytes(each, 8 * MIB);
      expect(partBytes).toBeLessThanOrEqual(mib * MIB);
      expect(partsOf(each.workBytes * 1.25, partBytes)).toBeLessThanOrEqual(payloadPartCount(each));
      const { firstPartNumber, partCount } = each.partBlock;
      expect(firstPartNumber + partCount - 1).toBeLessThanOrEqual(10_000);
    }
  });

  it('is refused by name when its parts would be too large for a worker', () => {
    expect(refusal(() => planOf(48, 120, 64))).toMatchObject({ code: 'too-long' });
  });
});
