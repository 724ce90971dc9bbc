import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readHdlr, writeHdlr } from './hdlr.js';

describe('hdlr', () => {
  it('ends the name with zero in ISO files', () => {
    expect(hexOf((w) => writeHdlr(w, { handlerType: 'vide', name: 'V' }))).toBe(
      hex('00000022 68646c72 00000000 00000000 76696465 000000000000000000000000 56 00'),
    );
  });

  it('counts the name in QuickTime files', () => {
    expect(hexOf((w) => writeHdlr(w, { componentType: 'mhlr', handlerType: 'soun', name: 'S' }))).toBe(
      hex('00000022 68646c72 00000000 6d686c72 736f756e 000000000000000000000000 01 53'),
    );
  });

  it.each([
    { handlerType: 'vide', name: 'VideoHandler' },
    { componentType: 'mhlr' as const, handlerType: 'soun', name: 'SoundHandler' },
  ])('reads back %p', (value) => {
    expect(readHdlr(written((w) => writeHdlr(w, value)))).toEqual(value);
  });
});
