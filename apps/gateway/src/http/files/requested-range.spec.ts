import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { requestedRange } from './requested-range.js';

describe('requestedRange', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-0', [0, 1]],
    ['bytes=0-', [0, 100]],
    ['bytes=99-', [99, 100]],
    ['bytes=10-19', [10, 20]],
    ['bytes=90-1000', [90, 100]],
    ['bytes=-1', [99, 100]],
    ['bytes=-100', [0, 100]],
    ['bytes=-1000', [0, 100]],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=100-200', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=0x1-2', 'whole'],
    ['bytes=99999999999999999999-', 'whole'],
  ])('reads %s of 100 bytes as %j', (header, expected) => {
    expect(requestedRange(header, 100)).toEqual(expected);
  });

  it.each(['bytes=0-', 'bytes=-5', 'bytes=0-0'])('has no %s of an empty object', (header) => {
    expect(requestedRange(header, 0)).toBe('unsatisfiable');
  });

  it('never leaves the object', () => {
    const maybe = fc.option(fc.nat(), { nil: '' as const });
    fc.assert(
      fc.property(maybe, maybe, fc.nat(10_000), (first, last, sizeBytes) => {
        const range = requestedRange(`bytes=${first}-${last}`, sizeBytes);
        if (typeof range === 'string') return;
        expect(range[0]).toBeGreaterThanOrEqual(0);
        expect(range[1]).toBeGreaterThan(range[0]);
        expect(range[1]).toBeLessThanOrEqual(sizeBytes);
      }),
    );
  });
});
