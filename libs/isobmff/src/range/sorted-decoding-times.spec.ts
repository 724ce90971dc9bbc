import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sortedDecodingTimes } from './sorted-decoding-times.js';

describe('decoding times of encoded pictures', () => {
  it('are the presentation times in order, as little earlier as can be', () => {
    expect(sortedDecodingTimes([0, 9000, 3000, 6000, 12_000])).toEqual([-3000, 0, 3000, 6000, 9000]);
    expect(sortedDecodingTimes([5, 6, 7])).toEqual([5, 6, 7]);
    expect(sortedDecodingTimes([])).toEqual([]);
  });

  it('let no picture be shown before it is decoded, and at least one just then', () => {
    const times = fc.uniqueArray(fc.integer({ min: -1e6, max: 1e9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, (ptsTicks) => {
        const decoding = sortedDecodingTimes(ptsTicks);
        const waits = ptsTicks.map((pts, index) => pts - decoding[index]);
        expect(Math.min(...waits)).toBe(0);
        expect(decoding.every((ticks, index) => index === 0 || ticks > decoding[index - 1])).toBe(true);
      }),
    );
  });
});
