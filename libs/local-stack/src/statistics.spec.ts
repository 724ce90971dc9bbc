import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { median, percentile } from './statistics.js';

describe('the median', () => {
  it.each([
    [[7], 7],
    [[3, 1], 2],
    [[9, 1, 5], 5],
    [[1, 100, 2, 3], 2.5],
    [[10, 9, 2], 9], // by value, not by text
    [[5, 5, 5, 1000], 5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('has as many values on either side, and does not care for their order', () => {
    const some = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(some, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });

  it('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  it.each([
    [[7], 0.5, 7],
    [[1, 2], 0.5, 1],
    [[3, 1, 2], 0.5, 2],
    [hundred, 0.5, 50],
    [hundred, 0.99, 99],
    [hundred, 1, 100],
    [hundred, 0, 1],
    [hundred, 0.95, 95],
    [[1, 2], 0.51, 2],
  ])('of %p, the share %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it('of nothing there is none', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
