import { describe, expect, it } from '@jest/globals';
import { hex, hexOf } from '../testing/box-bytes.js';
import { writeSmhd } from './smhd.js';

describe('smhd', () => {
  it('is balanced', () => {
    expect(hexOf(writeSmhd)).toBe(hex('00000010 736d6864 00000000 0000 0000'));
  });
});
