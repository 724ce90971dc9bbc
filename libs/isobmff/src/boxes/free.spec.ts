import { describe, expect, it } from '@jest/globals';
import { hex, hexOf } from '../testing/box-bytes.js';
import { writeFree } from './free.js';

describe('free', () => {
  it.each([
    [8, '00000008 66726565'],
    [11, '0000000b 66726565 000000'],
  ])('fills %p bytes', (sizeBytes, expected) => {
    expect(hexOf((w) => writeFree(w, sizeBytes))).toBe(hex(expected));
  });
});
