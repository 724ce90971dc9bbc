import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readChunkOffsets, writeChunkOffsets } from './chunk-offsets.js';

describe('stco and co64', () => {
  it('writes 32 bits where they are enough', () => {
    expect(hexOf((w) => writeChunkOffsets(w, [0xffffffff], false))).toBe(
      hex('00000014 7374636f 00000000 00000001 ffffffff'),
    );
  });

  it('writes 64 bits beyond', () => {
    expect(hexOf((w) => writeChunkOffsets(w, [0x1_0000_0000], true))).toBe(
      hex('00000018 636f3634 00000000 00000001 0000000100000000'),
    );
  });

  it('refuses an offset that does not fit instead of cutting it', () => {
    expect(() => hexOf((w) => writeChunkOffsets(w, [2 ** 32], false))).toThrow(
      expect.objectContaining({ code: 'value-out-of-range' }),
    );
  });

  it.each([true, false])('reads what it writes (large: %p)', (large) => {
    expect(readChunkOffsets(written((w) => writeChunkOffsets(w, [48, 4096], large)))).toEqual([48, 4096]);
  });
});
