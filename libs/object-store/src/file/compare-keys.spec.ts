import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { compareKeys } from './compare-keys.js';

describe('the order of keys', () => {
  it.each([
    ['a', 'b'],
    ['a', 'ab'],
    ['', 'a'],
    ['a-b', 'a/b'],
    ['Z', 'a'],
    ['\uffee', '😀'],
    ['\ud7ff', '\ue000'],
  ])('has %p before %p', (before, after) => {
    expect(compareKeys(before, after)).toBeLessThan(0);
    expect(compareKeys(after, before)).toBeGreaterThan(0);
  });

  it('is that of the UTF-8 bytes', () => {
    const text = string({ unit: 'binary', maxLength: 6 });
    assert(
      property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
