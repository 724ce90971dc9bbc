import { describe, expect, it } from '@jest/globals';
import { uuidV7 } from './uuid-v7.js';

describe('uuidV7', () => {
  it('begins with the milliseconds of its time and carries version 7 and variant 10', () => {
    expect(uuidV7(0x0123_4567_89ab)).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts by time', () => {
    const ids = [1, 2 ** 32 - 1, 2 ** 32, 1_700_000_000_000, 1_700_000_000_001].map(uuidV7);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('is not the same twice within a millisecond', () => {
    expect(new Set(Array.from({ length: 1000 }, () => uuidV7(5))).size).toBe(1000);
  });
});
