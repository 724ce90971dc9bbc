import { describe, expect, it } from '@jest/globals';
import { parseGrant } from './token-command.js';

describe('parseGrant', () => {
  it.each([
    ['local/exports:rw', { storeId: 'local', bucket: 'exports', prefix: '', canRead: true, canWrite: true }],
    ['main/b/a/b/:r', { storeId: 'main', bucket: 'b', prefix: 'a/b/', canRead: true, canWrite: false }],
    ['main/b/x:w', { storeId: 'main', bucket: 'b', prefix: 'x', canRead: false, canWrite: true }],
  ])('reads %s', (text, expected) => {
    expect(parseGrant(text)).toEqual(expected);
  });

  it.each(['exports:rw', 'local/exports', 'local/exports:x', 'local/:r', ''])('refuses %j', (text) => {
    expect(() => parseGrant(text)).toThrow(/is no grant/);
  });
});
