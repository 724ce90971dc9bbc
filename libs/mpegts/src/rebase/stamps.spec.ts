import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLOCK_WRAP_TICKS, readPcrBase, readStamp, wrapTicks, writePcrBase, writeStamp } from './stamps.js';

const clock = fc.integer({ min: 0, max: CLOCK_WRAP_TICKS - 1 });

describe('clock stamps', () => {
  it('read back what was written, keeping the bits that are not theirs', () => {
    fc.assert(
      fc.property(clock, fc.integer({ min: 0, max: 15 }), (ticks, prefix) => {
        const bytes = new Uint8Array(5);
        bytes[0] = prefix << 4;
        writeStamp(bytes, 0, ticks);
        expect(readStamp(bytes, 0)).toBe(ticks);
        expect([bytes[0] >> 4, bytes[0] & 1, bytes[2] & 1, bytes[4] & 1]).toEqual([prefix, 1, 1, 1]);
      }),
    );
  });

  it('read back a PCR base and leave its extension alone', () => {
    fc.assert(
      fc.property(clock, fc.integer({ min: 0, max: 0x7fff }), (ticks, extension) => {
        const bytes = Uint8Array.of(0, 0, 0, 0, extension >> 8, extension & 0xff);
        writePcrBase(bytes, 0, ticks);
        expect(readPcrBase(bytes, 0)).toBe(ticks);
        expect(((bytes[4] & 0x7f) << 8) | bytes[5]).toBe(extension);
      }),
    );
  });

  it.each([
    [0, 0],
    [-1, CLOCK_WRAP_TICKS - 1],
    [CLOCK_WRAP_TICKS, 0],
    [CLOCK_WRAP_TICKS - 1, CLOCK_WRAP_TICKS - 1],
    [-CLOCK_WRAP_TICKS - 5, CLOCK_WRAP_TICKS - 5],
  ])('fold %d into %d', (ticks, expected) => {
    expect(wrapTicks(ticks)).toBe(expected);
  });
});
