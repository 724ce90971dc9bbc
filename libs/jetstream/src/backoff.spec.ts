import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it('is between half a second less a quarter and half a minute, whatever the count', () => {
    const count = fc.integer({ min: 1, max: 1_000_000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(count, random, (deliveryCount, chance) => {
        const ms = backoffMs(deliveryCount, chance);
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(375);
        expect(ms).toBeLessThanOrEqual(30_000);
        expect(backoffMs(deliveryCount + 1, chance)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
