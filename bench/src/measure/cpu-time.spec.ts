import { describe, expect, it } from '@jest/globals';
import { cpuBetween, parseStat } from './cpu-time.js';

describe('processor times', () => {
  it('are read behind a name with brackets, with those of ended children', () => {
    const stat = '42 (a) b (c) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 11 0 12345 1000 200';
    expect(parseStat(stat)).toEqual({ parentPid: 7, ticks: 250 });
  });

  it('are what was used in between; a process that began anew has not used less than none', () => {
    const before = { gateway: 1.5, planner: 4, gone: 1 };
    const after = { gateway: 2, planner: 1, fresh: 0.25 };
    expect(cpuBetween(before, after)).toEqual({ gateway: 0.5, planner: 0, fresh: 0.25 });
  });
});
