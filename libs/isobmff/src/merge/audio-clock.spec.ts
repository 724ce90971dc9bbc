import { describe, expect, it } from '@jest/globals';
import { AudioClock } from './audio-clock.js';

const run = (rate: number, stamps: number[]): number[] => {
  const clock = new AudioClock(rate);
  return stamps.map((ticks) => clock.at(ticks, 1024));
};

describe('audio clock', () => {
  it('counts samples where stamps are rounded', () => {
    // 1024 samples of 44.1 kHz are 2089.796 ticks.
    const exact = Array.from({ length: 500 }, (_, i) => (i * 1024 * 90_000) / 44_100);
    const expected = exact.map((_, i) => i * 1024);
    expect(run(44_100, exact.map(Math.round))).toEqual(expected);
    expect(run(44_100, exact.map(Math.floor))).toEqual(expected);
  });

  it.each([
    ['a stamp three ticks off is rounding', 1923, 1024],
    ['a stamp three ticks early is rounding', 1917, 1024],
    ['a gap sets the count anew', 3840, 2048],
    ['an overlap sets the count anew', 960, 512],
  ])('%s', (_name, second, expected) => {
    expect(run(48_000, [0, second])).toEqual([0, expected]);
  });

  it('starts before zero where the stamps do', () => {
    expect(run(48_000, [-3840, -1920, 0])).toEqual([-2048, -1024, 0]);
  });

  it('does not drift in a day', () => {
    const clock = new AudioClock(44_100);
    const frames = 200_000;
    let last = 0;
    for (let i = 0; i <= frames; i++) last = clock.at(Math.floor((i * 1024 * 90_000) / 44_100), 1024);
    expect(last).toBe(frames * 1024);
  });
});
