import { describe, expect, it } from '@jest/globals';
import { parseExpiry, parseGrant, parseTenantKind } from './token-command.js';

describe('parseTenantKind', () => {
  it('takes a word, and refuses what would be no label', () => {
    expect(parseTenantKind('broadcaster-2')).toBe('broadcaster-2');
    for (const text of ['', 'Acme', '2nd', 'a b', 'a'.repeat(33)])
      expect(() => parseTenantKind(text)).toThrow(/no kind/);
  });
});

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

describe('parseExpiry', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  it.each([
    ['90d', Date.UTC(2026, 3, 1)],
    ['12h', Date.UTC(2026, 0, 1, 12)],
    ['30m', Date.UTC(2026, 0, 1, 0, 30)],
    ['2026-02-03T04:05:06Z', Date.UTC(2026, 1, 3, 4, 5, 6)],
  ])('reads %s', (text, atMs) => {
    expect(parseExpiry(text, nowMs).getTime()).toBe(atMs);
  });

  it.each(['0d', '2025-12-31', 'soon', '5', '1w', ''])('refuses %j', (text) => {
    expect(() => parseExpiry(text, nowMs)).toThrow(/is no time to come/);
  });
});
