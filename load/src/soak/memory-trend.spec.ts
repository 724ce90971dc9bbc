import { describe, expect, it } from '@jest/globals';
import { memoryTrend, type MemorySample } from './memory-trend.js';

/** 200 samples, 5 s apart. */
const curve = (mb: (n: number) => number): MemorySample[] =>
  Array.from({ length: 200 }, (_, n) => ({ atS: n * 5, mb: mb(n) }));

describe('memoryTrend', () => {
  it.each([
    ['that stays', () => 100, 'flat'],
    ['that rises at first and then stays', (n: number) => Math.min(300, 100 + n * 4), 'flat'],
    ['that goes up and down with the garbage', (n: number) => 100 + (n % 7) * 30, 'flat'],
    ['of single peaks, the later the higher', (n: number) => (n % 20 === 0 ? 100 + n * 5 : 100), 'flat'],
    ['that falls', (n: number) => 300 - n, 'flat'],
    ['that rises by less than 16 MB', (n: number) => 50 + n * 0.1, 'flat'],
    ['that rises by less than a tenth', (n: number) => 1_000 + n * 0.5, 'flat'],
    ['that leaks', (n: number) => 100 + n * 0.5, 'grows'],
    ['that leaks under its garbage', (n: number) => 100 + n * 0.5 + (n % 7) * 30, 'grows'],
  ])('of a curve %s', (_, mb, verdict) => {
    expect(memoryTrend(curve(mb)).verdict).toBe(verdict);
  });

  it('tells the slope an hour, and what it made of the second half', () => {
    const { slopeMbPerHour, growthMb, firstMb, mostMb } = memoryTrend(curve((n) => 100 + n * 0.5));
    expect(slopeMbPerHour).toBeCloseTo(360);
    expect(growthMb).toBeCloseTo(49.5);
    expect([firstMb, mostMb]).toEqual([100, 199.5]);
  });

  it('says nothing of a short run, or of none', () => {
    expect(memoryTrend(curve((n) => n).slice(0, 40)).verdict).toBe('short');
    expect(memoryTrend([])).toMatchObject({ verdict: 'short', medianMb: 0 });
  });
});
