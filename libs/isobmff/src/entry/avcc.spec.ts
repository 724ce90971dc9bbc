import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hex, hexOf, written } from '../testing/box-bytes.js';
import { readAvcC, writeAvcC } from './avcc.js';

describe('avcC', () => {
  const high = {
    profileIdc: 100,
    constraintFlags: 0,
    levelIdc: 31,
    sps: [bytesFromHex('67640000')],
    pps: [bytesFromHex('68eb'), bytesFromHex('68ec')],
    chromaFormatIdc: 1,
    bitDepthLuma: 8,
    bitDepthChroma: 8,
  };

  it('ends with chroma format and depths in high profiles', () => {
    expect(hexOf((w) => writeAvcC(w, high))).toBe(
      hex('00000021 61766343 01 64 00 1f ff e1 0004 67640000 02 0002 68eb 0002 68ec fd f8 f8 00'),
    );
  });

  it('ends with the parameter sets in baseline and main', () => {
    const main = { ...high, profileIdc: 77, pps: [] };
    expect(hexOf((w) => writeAvcC(w, main))).toBe(hex('00000015 61766343 01 4d 00 1f ff e1 0004 67640000 00'));
  });

  it.each([
    ['high', high],
    ['main', { ...high, profileIdc: 77 }],
    ['4:2:2 with 10 bits', { ...high, profileIdc: 122, chromaFormatIdc: 2, bitDepthLuma: 10, bitDepthChroma: 10 }],
  ])('reads back a %s record', (_name, value) => {
    expect(readAvcC(written((w) => writeAvcC(w, value)))).toEqual(value);
  });
});
