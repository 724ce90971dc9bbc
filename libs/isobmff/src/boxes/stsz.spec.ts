import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hex, hexOf, written } from '../testing/box-bytes.js';
import { topBoxes } from '../box/box-view.js';
import { readStsz, writeStsz } from './stsz.js';

describe('stsz', () => {
  it('lists the sizes', () => {
    expect(hexOf((w) => writeStsz(w, [16, 32]))).toBe(
      hex('0000001c 7374737a 00000000 00000000 00000002 00000010 00000020'),
    );
  });

  it('writes one number when all are equal', () => {
    expect(hexOf((w) => writeStsz(w, [576, 576, 576]))).toBe(hex('00000014 7374737a 00000000 00000240 00000003'));
  });

  it.each([[[]], [[5]], [[5, 5]], [[5, 0]], [[0, 0]]])('reads back %p', (sizes) => {
    expect(readStsz(written((w) => writeStsz(w, sizes)))).toEqual(sizes);
  });

  it.each([
    ['a table', '00000018 7374737a 00000000 00000000 00000002 00000010'],
    ['a common size', '00000014 7374737a 00000000 00000001 ffffffff'],
  ])('refuses a count that %s cannot hold', (_name, text) => {
    const [box] = topBoxes(bytesFromHex(text));
    expect(() => readStsz(box)).toThrow(expect.objectContaining({ code: 'count-out-of-bounds' }));
  });
});
