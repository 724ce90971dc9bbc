import { describe, expect, it } from '@jest/globals';
import { percentile } from './percentile.js';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);

  it.each([
    [hundred, 50, 50],
    [hundred, 95, 95],
    [hundred, 99, 99],
    [hundred, 100, 100],
    [[7], 99, 7],
    [[1, 2], 50, 1],
    [[1, 2], 51, 2],
    [[3, 1, 2], 0, 1],
  ])('of %j at %d is %d', (values, hundredths, value) => {
    expect(percentile(values, hundredths)).toBe(value);
  });

  it('is refused of nothing', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
  });
});
