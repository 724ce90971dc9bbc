import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readPasp, writePasp } from './pasp.js';

describe('pasp', () => {
  const value = { horizontalSpacing: 16, verticalSpacing: 11 };

  it('holds the ratio', () => {
    expect(hexOf((w) => writePasp(w, value))).toBe(hex('00000010 70617370 00000010 0000000b'));
  });

  it('reads what it writes', () => {
    expect(readPasp(written((w) => writePasp(w, value)))).toEqual(value);
  });
});
