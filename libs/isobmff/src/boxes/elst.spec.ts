import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hex, hexOf, written } from '../testing/box-bytes.js';
import { requireBox, topBoxes } from '../box/box-view.js';
import { EMPTY_EDIT, readElst, writeEdts } from './elst.js';

describe('edts and elst', () => {
  const edits = [
    { duration: 1920, mediaTime: EMPTY_EDIT },
    { duration: 2 ** 33, mediaTime: 6000 },
  ];

  it('writes version 1 with the rate 1', () => {
    expect(hexOf((w) => writeEdts(w, edits))).toBe(
      hex(`00000040 65647473 00000038 656c7374 01000000 00000002
        0000000000000780 ffffffffffffffff 00010000 0000000200000000 0000000000001770 00010000`),
    );
  });

  it('reads what it writes', () => {
    expect(
      readElst(
        requireBox(
          written((w) => writeEdts(w, edits)),
          'elst',
        ),
      ),
    ).toEqual(edits);
  });

  it('reads version 0', () => {
    const bytes = bytesFromHex('0000001c 656c7374 00000000 00000001 00000064 ffffffff 00010000');
    expect(readElst(topBoxes(bytes)[0])).toEqual([{ duration: 100, mediaTime: EMPTY_EDIT }]);
  });
});
