import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readFtyp, writeFtyp } from './ftyp.js';

describe('ftyp', () => {
  const value = { majorBrand: 'isom', minorVersion: 0x200, compatibleBrands: ['isom', 'mp41'] };

  it('holds brand, version and compatible brands', () => {
    expect(hexOf((w) => writeFtyp(w, value))).toBe(hex('00000018 66747970 69736f6d 00000200 69736f6d 6d703431'));
  });

  it('reads what it writes', () => {
    expect(readFtyp(written((w) => writeFtyp(w, value)))).toEqual(value);
  });
});
