import { describe, expect, it } from '@jest/globals';
import { evenFrameRate } from './frame-rate.js';

const times = (count: number, frameTicks: number): number[] =>
  Array.from({ length: count }, (_, index) => 5000 + Math.round(index * frameTicks));

describe('the frame rate of an edge', () => {
  it.each([
    ['25', times(50, 3600), { numerator: 25, denominator: 1 }],
    ['29.97', times(50, 3003), { numerator: 30_000, denominator: 1001 }],
    ['23.976, rounded to ticks', times(50, 3753.75), { numerator: 24_000, denominator: 1001 }],
    ['a rate without a name', times(3, 9000), { numerator: 180_000, denominator: 18_000 }],
    ['uneven times', [0, 3600, 9000], undefined],
    ['one frame', [0], undefined],
  ])('%s', (_name, ticks, expected) => {
    expect(evenFrameRate(ticks)).toEqual(expected);
  });
});
