import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { rangeCountFor, type RangeLimits, shareCount } from './range-count.js';
import { MIB } from './recording.fixture.js';
import { DEFAULT_PLAN_LIMITS } from './plan-input.js';

const GIB = 1024 * MIB;
const given = (limits: Partial<RangeLimits>): RangeLimits => ({ ...DEFAULT_PLAN_LIMITS, maxRanges: 64, ...limits });

describe('rangeCountFor', () => {
  it.each([
    ['a small output is one range, however idle the fleet', 32 * MIB, { idleSlots: 50 }, 1],
    ['just more than a small one is two on an idle fleet', 33 * MIB, { idleSlots: 50 }, 2],
    ['and one on a loaded fleet', 33 * MIB, {}, 1],
    ['a lone clip is spread over all idle slots', 600 * MIB, { idleSlots: 8 }, 8],
    ['but not in ranges that are not worth it', 600 * MIB, { idleSlots: 500 }, 37],
    ['a loaded fleet gets as few as the budget allows', 600 * MIB, {}, 3],
    ['few idle slots make no fewer than the budget', 600 * MIB, { idleSlots: 2 }, 3],
    ['a long clip has at most maxRanges', 86 * GIB, { idleSlots: 500 }, 64],
    ['a number of part numbers bounds them too', 86 * GIB, { maxParts: 11 }, 10],
    ['no range is below the least', 60, { ...tiny(), minRangeBytes: 25, idleSlots: 9 }, 2],
    ['nothing is one range', 0, { idleSlots: 9, smallOutputBytes: 0 }, 1],
  ])('%s', (_name, totalBytes, limits, expected) => {
    expect(rangeCountFor(totalBytes, given(limits))).toBe(expected);
  });

  it.each([
    ['several for each idle slot', 640 * MIB, { idleSlots: 4 }, 32],
    ['as many for each as are worth it', 600 * MIB, { idleSlots: 12 }, 36],
    ['one for each where no more are worth it', 600 * MIB, { idleSlots: 30 }, 30],
    ['and fewer where not even these are', 600 * MIB, { idleSlots: 500 }, 37],
    ['none more on a loaded fleet', 600 * MIB, {}, 3],
  ])('where ends that come early are worth it: %s', (_name, totalBytes, limits, expected) => {
    expect(rangeCountFor(totalBytes, given(limits), 8)).toBe(expected);
  });

  function tiny(): Partial<RangeLimits> {
    return { smallOutputBytes: 0, taskStreamBytes: 100, idleRangeBytes: 1, minRangeBytes: 1 };
  }

  const anyLimits = fc.record({
    smallOutputBytes: fc.integer({ min: 0, max: 100 }),
    taskStreamBytes: fc.integer({ min: 1, max: 1000 }),
    idleSlots: fc.integer({ min: 0, max: 300 }),
    idleRangeBytes: fc.integer({ min: 1, max: 100 }),
    minRangeBytes: fc.integer({ min: 1, max: 50 }),
    maxRanges: fc.integer({ min: 1, max: 100 }),
    maxParts: fc.integer({ min: 2, max: 300 }),
  });
  const anyBytes = fc.integer({ min: 0, max: 100_000 });

  it('never falls when slots become idle, and never goes beyond them but for the budget', () => {
    fc.assert(
      fc.property(anyBytes, anyLimits, fc.integer({ min: 0, max: 50 }), (bytes, limits, more) => {
        const count = rangeCountFor(bytes, limits);
        const { idleSlots, taskStreamBytes, maxRanges, maxParts, minRangeBytes } = limits;
        expect(rangeCountFor(bytes, { ...limits, idleSlots: idleSlots + more })).toBeGreaterThanOrEqual(count);
        expect(count).toBeLessThanOrEqual(Math.max(1, idleSlots, Math.ceil(bytes / taskStreamBytes)));
        expect(count).toBeLessThanOrEqual(Math.min(maxRanges, maxParts - 1));
        if (count > 1) expect(bytes / count).toBeGreaterThanOrEqual(minRangeBytes);
      }),
    );
  });

  it('on a loaded fleet follows from the bytes alone, and grows with them', () => {
    fc.assert(
      fc.property(anyBytes, anyLimits, (bytes, limits) => {
        const loaded = { ...limits, idleSlots: 0 };
        const byBytes = bytes <= limits.smallOutputBytes ? 1 : Math.max(1, Math.ceil(bytes / limits.taskStreamBytes));
        expect(shareCount(bytes, loaded)).toBe(byBytes);
        expect(rangeCountFor(bytes + 1, loaded)).toBeGreaterThanOrEqual(rangeCountFor(bytes, loaded));
      }),
    );
  });
});
