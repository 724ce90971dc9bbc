import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readTkhd, writeTkhd } from './tkhd.js';

const UNITY = '00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000';

describe('tkhd', () => {
  const video = {
    trackId: 1,
    enabled: true,
    duration: 900_000,
    alternateGroup: 0,
    audible: false,
    width: 320,
    height: 180,
  };

  it('holds the size as 16.16', () => {
    expect(hexOf((w) => writeTkhd(w, video))).toBe(
      hex(`00000068 746b6864 01000003 0000000000000000 0000000000000000 00000001 00000000 00000000000dbba0
        0000000000000000 0000 0000 0000 0000 ${UNITY} 01400000 00b40000`),
    );
  });

  it.each([
    ['an enabled video track', video],
    ['a further audio track', { ...video, enabled: false, audible: true, alternateGroup: 1, width: 0, height: 0 }],
    ['a duration beyond 32 bits', { ...video, duration: 2 ** 40 }],
  ])('reads back %s', (_name, value) => {
    expect(readTkhd(written((w) => writeTkhd(w, value)))).toMatchObject(value);
  });

  it('keeps a rotation', () => {
    const matrix = new Uint8Array(36).fill(7);
    expect(readTkhd(written((w) => writeTkhd(w, { ...video, matrix }))).matrix).toEqual(matrix);
  });
});
