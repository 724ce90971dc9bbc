import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readStss, writeStss } from './stss.js';

describe('stss', () => {
  it('lists sample numbers from 1', () => {
    expect(hexOf((w) => writeStss(w, [1, 61]))).toBe(hex('00000018 73747373 00000000 00000002 00000001 0000003d'));
  });

  it('reads what it writes', () => {
    expect(readStss(written((w) => writeStss(w, [1, 250, 500])))).toEqual([1, 250, 500]);
  });
});
