import { describe, expect, it } from '@jest/globals';
import { TakingRate } from './taking-rate.js';

describe('how fast messages are taken', () => {
  it('is not known before some time was looked at, and then of the last such time', () => {
    const rate = new TakingRate();
    expect([rate.read(100, 0), rate.read(140, 1_000), rate.read(150, 2_000)]).toEqual([undefined, undefined, 0.025]);
    expect([rate.read(400, 3_000), rate.read(550, 4_000)]).toEqual([0.025, 0.2]);
  });

  it.each([
    ['when nobody has looked for long', 20, 20_000],
    ['when the queue was made anew', 0, 4_000],
  ])('is forgotten %s', (_when, takenCount, atMs) => {
    const rate = new TakingRate();
    rate.read(0, 0);
    expect(rate.read(20, 2_000)).toBe(0.01);
    expect(rate.read(takenCount, atMs)).toBeUndefined();
    expect(rate.read(takenCount + 40, atMs + 2_000)).toBe(0.02);
  });
});
