import { describe, expect, it } from '@jest/globals';
import { parseJsonBody } from './parse-json-body.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseJsonBody', () => {
  it.each([
    ['{"a":[1,null]}', { a: [1, null] }],
    ['\ufeff[]', []],
    ['"频道"', '频道'],
  ])('reads %j', (text, value) => {
    expect(parseJsonBody(bytes(text))).toEqual(value);
  });

  it.each([
    ['nothing', undefined, 'body is empty; a JSON object is needed'],
    ['no bytes', new Uint8Array(), 'body is empty; a JSON object is needed'],
    ['no UTF-8', new Uint8Array([0x22, 0xc0, 0x22]), 'body is not UTF-8'],
    ['a beginning', bytes('{"a": '), 'body is not JSON (it ends too early)'],
    ['a form', bytes('secret=1'), 'body is not JSON'],
  ])('refuses %s without quoting it', (_what, body, message) => {
    expect(() => parseJsonBody(body)).toThrow(message);
    expect(() => parseJsonBody(body)).not.toThrow('secret');
  });
});
