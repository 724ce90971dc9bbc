import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readMdhd, writeMdhd } from './mdhd.js';

describe('mdhd', () => {
  it('packs the language into 15 bits', () => {
    expect(hexOf((w) => writeMdhd(w, { timescale: 48_000, duration: 1024, language: 'und' }))).toBe(
      hex('0000002c 6d646864 01000000 0000000000000000 0000000000000000 0000bb80 0000000000000400 55c4 0000'),
    );
  });

  it.each([
    ['deu', 'deu'],
    ['zzz', 'zzz'],
    ['', 'und'],
    ['EN', 'und'],
  ])('reads the language %p back as %p', (language, expected) => {
    const value = { timescale: 90_000, duration: 2 ** 35, language };
    expect(readMdhd(written((w) => writeMdhd(w, value)))).toEqual({ ...value, language: expected });
  });
});
