import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { median, medianRatio, percentile, ratioOf, relativeSpread } from './statistics.js';

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

describe('the spread', () => {
  it.each([
    [[5, 5, 5], 0],
    [[9, 10, 11], 0.1],
    [[8, 10, 10, 10, 1000], 0], // one bad round does not show
    [[0, 0, 0], 0],
  ])('of %j is %d of the median', (values, expected) => {
    expect(relativeSpread(values)).toBeCloseTo(expected, 10);
  });
});

describe('the ratio', () => {
  it.each([
    [50, 100, 'smaller', 2],
    [100, 50, 'smaller', 0.5],
    [100, 50, 'larger', 2],
    [50, 100, 'larger', 0.5],
  ] as const)('of %d to %d, where %s is better, is %d', (ours, baseline, better, expected) => {
    expect(ratioOf(ours, baseline, better)).toBe(expected);
  });

  it('is taken round by round, so that a slow round of both changes nothing', () => {
    const rounds = [
      { ours: 100, baseline: 150 },
      { ours: 1000, baseline: 1500 },
      { ours: 110, baseline: 165 },
    ];
    expect(medianRatio(rounds, 'smaller')).toBe(1.5);
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
  ])('of %p, the share %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it('of nothing there is none', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
