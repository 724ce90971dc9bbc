import { describe, expect, it } from '@jest/globals';
import { parsePeakMb } from './peak-memory.js';

describe('peak memory', () => {
  it('is the high-water mark, not what is resident now', () => {
    expect(parsePeakMb('Name:\tnode\nVmPeak:\t 9 kB\nVmHWM:\t  125000 kB\nVmRSS:\t   90000 kB\n')).toBe(128);
  });

  it('is not guessed where it is not told', () => {
    expect(() => parsePeakMb('VmRSS:\t 1 kB\n')).toThrow('VmHWM');
  });
});
