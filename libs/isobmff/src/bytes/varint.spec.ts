import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VarintReader, VarintWriter } from './varint.js';

describe('varints', () => {
  it('reads back any signed and unsigned integers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.maxSafeNat()),
        fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 })),
        (naturals, signed) => {
          const writer = new VarintWriter();
          for (const value of naturals) writer.unsigned(value);
          for (const value of signed) writer.signed(value);
          const reader = new VarintReader(writer.finish());
          expect(naturals.map(() => reader.unsigned())).toEqual(naturals);
          expect(signed.map(() => reader.signed())).toEqual(signed);
          expect(reader.atEnd).toBe(true);
        },
      ),
    );
  });

  it.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [Number.MAX_SAFE_INTEGER, [255, 255, 255, 255, 255, 255, 255, 15]],
  ])('codes %p as LEB128', (value, bytes) => {
    const writer = new VarintWriter();
    writer.unsigned(value);
    expect([...writer.finish()]).toEqual(bytes);
  });

  it.each([
    ['nothing', []],
    ['a number that goes on', [0x80]],
    ['more than 2^53', [255, 255, 255, 255, 255, 255, 255, 16]],
    ['more than eight bytes', [128, 128, 128, 128, 128, 128, 128, 128, 1]],
  ])('refuses %s', (_name, bytes) => {
    expect(() => new VarintReader(Uint8Array.from(bytes)).unsigned()).toThrow(
      expect.objectContaining({ code: 'report-invalid' }),
    );
  });

  it.each([-1, 0.5, 2 ** 53])('writes no %p', (value) => {
    expect(() => new VarintWriter().unsigned(value)).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
  });
});
