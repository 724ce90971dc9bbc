import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partSlot } from './part-slot.js';

describe('part slots', () => {
  it.each([
    [1, { firstPartNumber: 1, partCount: 1250 }],
    [2, { firstPartNumber: 1251, partCount: 1250 }],
    [8, { firstPartNumber: 8751, partCount: 1250 }],
    [9, { firstPartNumber: 1, partCount: 1250 }],
  ])('of attempt %d at a whole upload', (attemptNumber, slot) => {
    expect(partSlot({ firstPartNumber: 1, partCount: 10_000 }, attemptNumber)).toEqual(slot);
  });

  it('lie inside the block and apart from those of the next attempts', () => {
    const block = fc.record({
      firstPartNumber: fc.integer({ min: 1, max: 5000 }),
      partCount: fc.integer({ min: 8, max: 5000 }),
    });
    fc.assert(
      fc.property(block, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 7 }), (of, delivery, later) => {
        const [a, b] = [partSlot(of, delivery), partSlot(of, delivery + later)];
        const ends = (slot: typeof a): number => slot.firstPartNumber + slot.partCount;
        expect(a.firstPartNumber).toBeGreaterThanOrEqual(of.firstPartNumber);
        expect(ends(a)).toBeLessThanOrEqual(ends(of));
        expect(ends(a) <= b.firstPartNumber || ends(b) <= a.firstPartNumber).toBe(true);
      }),
    );
  });
});
