import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MIN_PART_BYTES, PartCutter } from './part-cutter.js';

const MIB = 1024 * 1024;
const cutAll = (sizes: number[], targetBytes: number): Uint8Array[] => {
  const cutter = new PartCutter(targetBytes);
  let counter = 0;
  const parts: Uint8Array[] = [];
  for (const size of sizes) {
    const chunk = new Uint8Array(size).fill(counter++ % 251);
    parts.push(...cutter.push(chunk));
  }
  const last = cutter.finish();
  return last ? [...parts, last] : parts;
};

describe('the part cutter', () => {
  it('refuses a target below the least size of a part', () => {
    expect(() => new PartCutter(MIN_PART_BYTES - 1)).toThrow('5242880');
  });

  it.each([
    ['nothing', [], []],
    ['a byte', [1], [1]],
    ['just under a target and a least part', [12 * MIB, MIB - 1], [13 * MIB - 1]],
    ['a target and a least part', [13 * MIB], [8 * MIB, 5 * MIB]],
    ['many targets in one chunk', [30 * MIB], [8 * MIB, 8 * MIB, 8 * MIB, 6 * MIB]],
  ])('cuts %s', (_name, sizes, expected) => {
    const lengths = cutAll(sizes, 8 * MIB).map((part) => part.length);
    expect(lengths).toEqual(expected);
  });

  it('leaves a small last part alone where parts must be of one size', () => {
    const cutter = new PartCutter(8 * MIB, { foldRemainder: false });
    const parts = [...cutter.push(new Uint8Array(17 * MIB))].map((part) => part.length);
    expect([...parts, cutter.finish()?.length]).toEqual([8 * MIB, 8 * MIB, MIB]);
  });

  it('keeps every byte in order, and every part but the last at the target, however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 * MIB }), { maxLength: 8 }), (sizes) => {
        const parts = cutAll(sizes, MIN_PART_BYTES);
        const whole = Buffer.concat(sizes.map((size, i) => Buffer.alloc(size, i % 251)));
        expect(Buffer.concat(parts).equals(whole)).toBe(true);
        expect(parts.slice(0, -1).every((part) => part.length === MIN_PART_BYTES)).toBe(true);
        expect(whole.length < MIN_PART_BYTES || parts[parts.length - 1].length >= MIN_PART_BYTES).toBe(true);
      }),
      { numRuns: 8 },
    );
  });
});
