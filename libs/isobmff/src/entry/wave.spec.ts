import { describe, expect, it } from '@jest/globals';
import { hex, hexOf } from '../testing/box-bytes.js';
import { writeWave } from './wave.js';

describe('wave', () => {
  it('wraps the decoder of AAC with format, empty atom and terminator', () => {
    expect(hexOf((w) => writeWave(w, 'mp4a', () => w.box('esds', () => undefined)))).toBe(
      hex(
        '00000030 77617665 0000000c 66726d61 6d703461 0000000c 6d703461 00000000 00000008 65736473 00000008 00000000',
      ),
    );
  });
});
