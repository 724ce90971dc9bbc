import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hex, hexOf, written } from '../testing/box-bytes.js';
import { topBoxes } from '../box/box-view.js';
import { readMvhd, writeMvhd } from './mvhd.js';

describe('mvhd', () => {
  const value = { timescale: 90_000, duration: 2 ** 33, nextTrackId: 3 };

  it('has the 120 bytes of version 1', () => {
    expect(hexOf((w) => writeMvhd(w, value))).toBe(
      hex(`00000078 6d766864 01000000
        0000000000000000 0000000000000000 00015f90 0000000200000000
        00010000 0100 00000000000000000000
        00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000
        000000000000000000000000000000000000000000000000 00000003`),
    );
  });

  it('reads durations beyond 32 bits', () => {
    expect(readMvhd(written((w) => writeMvhd(w, value)))).toEqual(value);
  });

  it('reads version 0', () => {
    const bytes = bytesFromHex(`0000006c 6d766864 00000000 00000000 00000000 000003e8 00002710
      ${'00'.repeat(76)} 00000002`);
    expect(readMvhd(topBoxes(bytes)[0])).toEqual({ timescale: 1000, duration: 10_000, nextTrackId: 2 });
  });
});
