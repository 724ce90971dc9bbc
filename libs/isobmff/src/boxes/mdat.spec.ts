import { describe, expect, it } from '@jest/globals';
import { hex, hexOf } from '../testing/box-bytes.js';
import { writeMdatHeader } from './mdat.js';

describe('mdat header', () => {
  it.each([
    [0, '00000001 6d646174 0000000000000010'],
    [0x1_0000_0000, '00000001 6d646174 0000000100000010'],
  ])('announces %p bytes of payload in 16 bytes', (payloadBytes, expected) => {
    expect(hexOf((w) => writeMdatHeader(w, payloadBytes))).toBe(hex(expected));
  });
});
