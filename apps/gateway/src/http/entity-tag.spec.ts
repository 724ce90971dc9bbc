import { describe, expect, it } from '@jest/globals';
import { isAmong, weakTag } from './entity-tag.js';

describe('weakTag', () => {
  it('is a weak entity tag, the same for the same text', () => {
    expect(weakTag('a')).toMatch(/^W\/"[\w-]{27}"$/);
    expect(weakTag('a')).toBe(weakTag('a'));
    expect(weakTag('a')).not.toBe(weakTag('b'));
  });
});

describe('isAmong', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['*', true],
    [' * ', true],
    ['W/"x"', true],
    ['"x"', true],
    ['W/"y", W/"x"', true],
    ['"y","x"', true],
    ['"a,b" , W/"x"', true],
    ['"y"', false],
    ['W/"X"', false],
    ['x', false],
    ['"x', false],
    ['w/"y"', false],
  ])('%p: %p', (header, expected) => {
    expect(isAmong(header, 'W/"x"')).toBe(expected);
  });
});
