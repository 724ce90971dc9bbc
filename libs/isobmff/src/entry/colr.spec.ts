import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { isSpecified, readColr, writeColr } from './colr.js';

describe('colr', () => {
  const hlg = { primaries: 9, transfer: 18, matrix: 9, fullRange: true };

  it.each([
    ['mp4', '00000013 636f6c72 6e636c78 0009 0012 0009 80'],
    ['mov', '00000012 636f6c72 6e636c63 0009 0012 0009'],
  ] as const)('holds code points as %s has them', (container, bytes) => {
    expect(hexOf((w) => writeColr(w, hlg, container))).toBe(hex(bytes));
  });

  it.each([true, false])('reads what it writes, full range %s', (fullRange) => {
    expect(readColr(written((w) => writeColr(w, { ...hlg, fullRange }, 'mp4')))).toEqual({ ...hlg, fullRange });
  });

  it('does not know the range in QuickTime', () => {
    expect(readColr(written((w) => writeColr(w, hlg, 'mov')))).toEqual({ ...hlg, fullRange: false });
  });

  it('leaves profiles alone', () => {
    expect(readColr(written((w) => w.box('colr', () => w.latin1('prof'))))).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ primaries: 2 }, false],
    [{ transfer: 2 }, false],
    [{ matrix: 2 }, false],
  ])('of %j is worth a box: %s', (changes, expected) => {
    expect(isSpecified({ ...hlg, ...changes })).toBe(expected);
  });
});
