import { describe, expect, it } from '@jest/globals';
import { frameRateOf } from './frame-rate.js';

const times = (count: number, frameTicks: number): number[] =>
  Array.from({ length: count }, (_, index) => 5000 + Math.round(index * frameTicks));

describe('the frame rate of an edge', () => {
  it.each([
    ['25', times(50, 3600), { numerator: 25, denominator: 1, isEven: true }],
    ['29.97', times(50, 3003), { numerator: 30_000, denominator: 1001, isEven: true }],
    ['23.976, rounded to ticks', times(50, 3753.75), { numerator: 24_000, denominator: 1001, isEven: true }],
    ['a rate without a name', times(3, 9000), { numerator: 180_000, denominator: 18_000, isEven: true }],
    [
      'of the closest pictures, when times are uneven',
      [0, 3600, 9000],
      { numerator: 25, denominator: 1, isEven: false },
    ],
    ['59.94 by one gap, rounded', [0, 1501, 9000], { numerator: 60_000, denominator: 1001, isEven: false }],
    ['made up for one frame', [0], { numerator: 30, denominator: 1, isEven: false }],
  ])('%s', (_name, ticks, expected) => {
    expect(frameRateOf(ticks)).toEqual(expected);
  });
});
