import { describe, expect, it } from '@jest/globals';
import { medianRatio, ratioOf, relativeSpread } from './comparison.js';

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
