import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hex, hexOf, written } from '../testing/box-bytes.js';
import { readHvcC, writeHvcC } from './hvcc.js';

describe('hvcC', () => {
  const value = {
    generalProfileTierLevel: bytesFromHex('01 60000000 900000000000 5d'),
    chromaFormatIdc: 1,
    bitDepthLuma: 8,
    bitDepthChroma: 8,
    temporalLayerCount: 1,
    temporalIdNested: true,
    vps: [bytesFromHex('4001')],
    sps: [bytesFromHex('4201')],
    pps: [bytesFromHex('4401')],
  };

  it('has the parameter sets in three complete arrays', () => {
    expect(hexOf((w) => writeHvcC(w, value))).toBe(
      hex(`00000034 68766343 01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000 0f 03
        a0 0001 0002 4001 a1 0001 0002 4201 a2 0001 0002 4401`),
    );
  });

  it('reads what it writes', () => {
    expect(readHvcC(written((w) => writeHvcC(w, value)))).toEqual(value);
  });
});
