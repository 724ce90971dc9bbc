import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readDac3, writeDac3 } from './dac3.js';

describe('dac3', () => {
  const value = { fscod: 0, bsid: 8, bsmod: 0, acmod: 7, lfeon: true, bitRateCode: 15 };

  it('packs 5.1 at 448 kbit/s into three bytes', () => {
    expect(hexOf((w) => writeDac3(w, value))).toBe(hex('0000000b 64616333 10 3d e0'));
  });

  it('reads what it writes', () => {
    expect(readDac3(written((w) => writeDac3(w, value)))).toEqual(value);
  });
});
