import { describe, expect, it } from '@jest/globals';
import { memoryTrend } from './memory-trend.js';

describe('memoryTrend', () => {
  it.each([
    ['that stays', [50, 60, 60, 60, 60, 60, 60], 0, 'flat'],
    ['that fills its caches in the first round', [50, 190, 190, 191, 190, 192, 191], 1, 'flat'],
    ['that still holds a connection at single rests', [50, 60, 61, 90, 60, 95, 61], 0, 'flat'],
    ['that falls', [50, 100, 90, 80, 70, 60, 50], -30, 'flat'],
    ['that rises by less than 16 MB', [50, 60, 62, 66, 70, 74, 78], 12, 'flat'],
    ['that rises by less than a tenth', [900, 1_000, 1_000, 1_010, 1_030, 1_050, 1_070], 50, 'flat'],
    ['that leaks', [50, 60, 70, 80, 90, 100, 110], 30, 'grows'],
    ['that leaks, and holds a connection at single rests', [50, 60, 70, 110, 120, 100, 110], 30, 'grows'],
  ])('of a process %s', (_, restsMb, growthMb, verdict) => {
    expect(memoryTrend(restsMb)).toEqual({ growthMb, verdict });
  });

  it('says nothing of a short run, or of none', () => {
    expect(memoryTrend([50, 60, 70, 80, 90]).verdict).toBe('short');
    expect(memoryTrend([]).verdict).toBe('short');
  });
});
