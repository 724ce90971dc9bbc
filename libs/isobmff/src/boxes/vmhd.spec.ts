import { describe, expect, it } from '@jest/globals';
import { hex, hexOf } from '../testing/box-bytes.js';
import { writeVmhd } from './vmhd.js';

describe('vmhd', () => {
  it('has the flag 1 that the standard demands', () => {
    expect(hexOf(writeVmhd)).toBe(hex('00000014 766d6864 00000001 0000 000000000000'));
  });
});
