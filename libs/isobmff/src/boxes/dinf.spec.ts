import { describe, expect, it } from '@jest/globals';
import { hex, hexOf } from '../testing/box-bytes.js';
import { writeDinf } from './dinf.js';

describe('dinf', () => {
  it('refers to the file itself', () => {
    expect(hexOf(writeDinf)).toBe(
      hex('00000024 64696e66 0000001c 64726566 00000000 00000001 0000000c 75726c20 00000001'),
    );
  });
});
