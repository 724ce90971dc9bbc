import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { joinAdjacent } from './join-adjacent.js';

const memory = Uint8Array.from({ length: 16 }, (_, index) => index);
const other = Uint8Array.from({ length: 16 }, (_, index) => 100 + index);
const bytesOf = (pieces: readonly Uint8Array[]): number[] => pieces.flatMap((piece) => [...piece]);

describe('joinAdjacent', () => {
  it.each([
    ['nothing', [], 0],
    ['one piece', [memory.subarray(2, 5)], 1],
    ['neighbours', [memory.subarray(2, 5), memory.subarray(5, 6), memory.subarray(6, 16)], 1],
    ['a gap', [memory.subarray(0, 2), memory.subarray(3, 5)], 2],
    ['the wrong order', [memory.subarray(3, 5), memory.subarray(0, 3)], 2],
    ['an overlap', [memory.subarray(0, 3), memory.subarray(2, 5)], 2],
    ['two memories', [memory.subarray(0, 4), other.subarray(4, 8)], 2],
    ['neighbours on both sides of another', [memory.subarray(0, 2), other.subarray(0, 1), memory.subarray(2, 4)], 3],
  ])('makes of %s as few pieces as can be', (_what, pieces, count) => {
    const joined = joinAdjacent(pieces);
    expect(joined).toHaveLength(count);
    expect(bytesOf(joined)).toEqual(bytesOf(pieces));
  });

  it('never changes the bytes', () => {
    const piece = fc
      .tuple(fc.constantFrom(memory, other), fc.nat(16), fc.nat(16))
      .map(([from, a, b]) => from.subarray(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(bytesOf(joinAdjacent(pieces))).toEqual(bytesOf(pieces));
      }),
    );
  });
});
