import { describe, expect, it } from '@jest/globals';
import { TaskSpeeds } from './task-speeds.js';

const MB = 1_000_000;
const remux = (megabytes: number, durationMs: number) => ({
  ...{ taskKind: 'remux-range' as const, workBytes: megabytes * MB, durationMs },
});

describe('the speed of a slot', () => {
  it('is assumed until a task was seen, of each kind apart', () => {
    const speeds = new TaskSpeeds();
    expect(speeds.secondsFor('remux-range', 100 * MB)).toBe(2);
    speeds.observe(remux(100, 500));
    expect(speeds.secondsFor('remux-range', 100 * MB)).toBeCloseTo(0.5);
    expect(speeds.secondsFor('ts-parts', 100 * MB)).toBe(1);
  });

  it('is that of bytes, not of tasks, and follows the last ones', () => {
    const speeds = new TaskSpeeds();
    speeds.observe(remux(100, 1000));
    speeds.observe(remux(1, 1000));
    expect(speeds.secondsFor('remux-range', 91 * MB)).toBeCloseTo(1.9);
    for (let n = 0; n < 100; n++) speeds.observe(remux(10, 1000));
    expect(speeds.secondsFor('remux-range', 10 * MB)).toBeCloseTo(1, 2);
  });

  it.each([remux(0, 1000), remux(10, 0)])('is not learned from a task of nothing or of no time', (effort) => {
    const speeds = new TaskSpeeds();
    speeds.observe(effort);
    expect(speeds.secondsFor('remux-range', 100 * MB)).toBe(2);
  });
});
