import { describe, expect, it } from '@jest/globals';
import { cleanText, toJson } from './json.js';

describe('cleanText', () => {
  it.each([
    ['plain', 'plain'],
    ['a\u0000b', 'a\ufffdb'],
    ['\ud800', '\ufffd'],
    ['x\udfff', 'x\ufffd'],
    ['😀', '😀'],
    ['😀\ud83d', '😀\ufffd'],
  ])('%j becomes %j', (input, expected) => {
    expect(cleanText(input)).toBe(expected);
  });
});

describe('toJson', () => {
  it('keeps a tidy value as JSON.stringify writes it', () => {
    const value = { a: [1, 'ü😀', null], b: { c: '\n"\\' } };
    expect(toJson(value)).toBe(JSON.stringify(value));
  });

  it('keeps the text of an escape that only looks like NUL', () => {
    expect(JSON.parse(toJson({ a: '\\u0000' }))).toEqual({ a: '\\u0000' });
  });

  it('replaces what jsonb would refuse, however deep', () => {
    expect(JSON.parse(toJson({ a: [{ b: 'x\u0000' }], c: '\ud801' }))).toEqual({ a: [{ b: 'x\ufffd' }], c: '\ufffd' });
  });
});
