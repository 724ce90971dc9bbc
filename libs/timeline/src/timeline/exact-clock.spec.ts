import { describe, expect, it, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ExactClock, parseDecimalSeconds } from './exact-clock.js';

describe('ExactClock', () => {
  it('adds 86,400 times 1.001 without drift', () => {
    const clock = new ExactClock();
    for (let i = 0; i < 86_400; i++) clock.add(parseDecimalSeconds('1.001')!);
    expect(clock.ticks).toBe((86_400 * 1001 * 90_000) / 1000);
  });

  it('is the rounded exact sum of any decimals', () => {
    const nano = fc.array(fc.integer({ min: 0, max: 30_000_000_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(nano, (values) => {
        const clock = new ExactClock();
        for (const value of values) {
          const digits = String(value).padStart(10, '0');
          clock.add(parseDecimalSeconds(`${digits.slice(0, -9)}.${digits.slice(-9)}`)!);
        }
        const sum = values.reduce((total, value) => total + BigInt(value), 0n);
        const rounded = (sum * 90_000n * 2n + 1_000_000_000n) / 2_000_000_000n;
        expect(BigInt(clock.ticks)).toBe(rounded);
      }),
    );
  });

  test.each([
    ['6', { seconds: 6, picoseconds: 0 }],
    ['6.', { seconds: 6, picoseconds: 0 }],
    ['0.000000000001', { seconds: 0, picoseconds: 1 }],
    ['0.0000000000019', { seconds: 0, picoseconds: 1 }],
    ['999999999', { seconds: 999_999_999, picoseconds: 0 }],
    ['1000000000', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['.5', undefined],
    ['NaN', undefined],
  ])('reads %j', (text, expected) => {
    expect(parseDecimalSeconds(text)).toEqual(expected);
  });
});
