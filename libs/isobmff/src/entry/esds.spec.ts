import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hex, hexOf, written } from '../testing/box-bytes.js';
import { readEsds, writeEsds } from './esds.js';

describe('esds', () => {
  const aac = {
    objectType: 0x40,
    stream: 'audio' as const,
    averageBitrateBps: 128_000,
    decoderSpecificInfo: bytesFromHex('1190'),
  };

  it('nests the descriptors of ISO/IEC 14496-1', () => {
    expect(hexOf((w) => writeEsds(w, aac))).toBe(
      hex(`00000033 65736473 00000000 03 80808022 0000 00
        04 80808014 40 15 000000 0001f400 0001f400 05 80808002 1190 06 80808001 02`),
    );
  });

  it.each([
    ['aac', aac],
    ['mpeg audio', { objectType: 0x6b, stream: 'audio' as const, averageBitrateBps: 0 }],
    ['mpeg-2 video', { ...aac, objectType: 0x61, stream: 'video' as const }],
    ['long info', { ...aac, decoderSpecificInfo: new Uint8Array(300).fill(9) }],
  ])('reads back %s', (_name, value) => {
    expect(readEsds(written((w) => writeEsds(w, value)))).toEqual(value);
  });
});
