import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readStsc, writeStsc } from './stsc.js';

describe('stsc', () => {
  const entries = [
    { firstChunk: 1, samplesPerChunk: 8, descriptionIndex: 1 },
    { firstChunk: 3, samplesPerChunk: 7, descriptionIndex: 2 },
  ];

  it('lists where the number of samples changes', () => {
    expect(hexOf((w) => writeStsc(w, entries))).toBe(
      hex('00000028 73747363 00000000 00000002 00000001 00000008 00000001 00000003 00000007 00000002'),
    );
  });

  it('reads what it writes', () => {
    expect(readStsc(written((w) => writeStsc(w, entries)))).toEqual(entries);
  });
});
