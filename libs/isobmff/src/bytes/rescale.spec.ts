import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rescaleCeil, rescaleFloor, rescaleNearest } from './rescale.js';

const ticks = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const scales = fc.constantFrom(1000, 8000, 22_050, 44_100, 48_000, 90_000, 96_000);

describe('rescaling', () => {
  it.each([
    [1, 1, 2, 0, 1, 1],
    [-1, 1, 2, -1, -0, -0],
    [6000, 1000, 90_000, 66, 67, 67],
    [2 ** 40, 48_000, 90_000, 586_406_201_480, 586_406_201_481, 586_406_201_481],
  ])('%p · %p / %p', (value, multiplier, divisor, floor, nearest, ceil) => {
    expect(rescaleFloor(value, multiplier, divisor)).toBeCloseTo(floor, 9);
    expect(rescaleNearest(value, multiplier, divisor)).toBeCloseTo(nearest, 9);
    expect(rescaleCeil(value, multiplier, divisor)).toBeCloseTo(ceil, 9);
  });

  it('is exact where the product leaves 53 bits', () => {
    fc.assert(
      fc.property(ticks, scales, scales, (value, multiplier, divisor) => {
        const product = BigInt(value) * BigInt(multiplier);
        const quotient = product / BigInt(divisor);
        const floor = product < 0n && quotient * BigInt(divisor) !== product ? quotient - 1n : quotient;
        expect(BigInt(rescaleFloor(value, multiplier, divisor))).toBe(floor);
        const isWhole = floor * BigInt(divisor) === product;
        expect(BigInt(rescaleCeil(value, multiplier, divisor))).toBe(isWhole ? floor : floor + 1n);
      }),
    );
  });
});
