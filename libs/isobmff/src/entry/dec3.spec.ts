import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readDec3, writeDec3 } from './dec3.js';

describe('dec3', () => {
  const value = { fscod: 0, bsid: 16, bsmod: 0, acmod: 2, lfeon: false, bitRateKbps: 192 };

  it('describes one independent substream', () => {
    expect(hexOf((w) => writeDec3(w, value))).toBe(hex('0000000d 64656333 0600 20 04 00'));
  });

  it('reads what it writes', () => {
    expect(readDec3(written((w) => writeDec3(w, value)))).toEqual(value);
  });
});
