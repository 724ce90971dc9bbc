import { describe, expect, it, test } from '@jest/globals';
import { resolveKey, resolvePlace } from './resolve-key.js';
import { TimelineError } from './timeline-error.js';

describe('resolveKey', () => {
  test.each([
    ['seg.ts', 'a/b/seg.ts'],
    ['./seg.ts', 'a/b/seg.ts'],
    ['c/seg.ts', 'a/b/c/seg.ts'],
    ['../seg.ts', 'a/seg.ts'],
    ['../../seg.ts', 'seg.ts'],
    ['x/../seg.ts', 'a/b/seg.ts'],
    ['/seg.ts', 'seg.ts'],
    ['/c//seg.ts', 'c//seg.ts'],
    ['seg.ts?sig=a/../b', 'a/b/seg.ts'],
    ['seg.ts#t=1', 'a/b/seg.ts'],
    ['seg%20one.ts', 'a/b/seg one.ts'],
    ['seg%3Fone.ts', 'a/b/seg?one.ts'],
    ['100%.ts', 'a/b/100%.ts'],
    ['2024-01-01T10:00:00.ts', 'a/b/2024-01-01T10:00:00.ts'],
    ['录像.ts', 'a/b/录像.ts'],
    ['%E5%BD%95.ts', 'a/b/录.ts'],
    ['...', 'a/b/...'],
  ])('takes %j as %j', (uri, key) => {
    expect(resolveKey(uri, 'a/b/play.m3u8')).toBe(key);
  });

  test.each([
    ['../../../seg.ts', 'unsupported-source'],
    ['/../seg.ts', 'unsupported-source'],
    ['%2e%2e/%2E%2e/../seg.ts', 'unsupported-source'],
    ['..%2f..%2f..%2fseg.ts', 'unsupported-source'],
    ['http://host/seg.ts', 'unsupported-source'],
    ['HTTPS://host/seg.ts', 'unsupported-source'],
    ['//host/seg.ts', 'unsupported-source'],
    ['data:video/mp2t;base64,AA', 'unsupported-source'],
    ['file:///etc/passwd', 'unsupported-source'],
    ['a%0ab.ts', 'playlist-invalid'],
    ['a\u0000b.ts', 'playlist-invalid'],
    ['', 'playlist-invalid'],
    ['?x=1', 'playlist-invalid'],
    ['folder/', 'playlist-invalid'],
    ['..', 'playlist-invalid'],
    ['/', 'playlist-invalid'],
    ['x'.repeat(1021), 'playlist-invalid'],
    ['录'.repeat(341), 'playlist-invalid'],
  ])('refuses %j', (uri, code) => {
    expect(() => resolveKey(uri, 'a/b/play.m3u8', 3)).toThrow(expect.objectContaining({ code, details: { line: 3 } }));
  });

  it('allows keys of exactly 1,024 bytes', () => {
    expect(resolveKey('x'.repeat(1020), 'a/b/play.m3u8')).toHaveLength(1024);
    expect(resolveKey('录'.repeat(340), 'a/b/play.m3u8')).toHaveLength(344);
  });
});

describe('resolvePlace', () => {
  const from = { key: 'acme/rec/play.m3u8', bucket: 'files' };

  test.each([
    ['0.ts', { key: 'acme/rec/0.ts' }],
    ['../0.ts', { key: 'acme/0.ts' }],
    ['/0.ts', { key: '0.ts' }],
    ['../../../recordings/a%20b/0.ts?x=1', { bucket: 'recordings', key: 'a b/0.ts' }],
    ['../../../files/acme/0.ts', { key: 'acme/0.ts' }],
  ])('%s', (uri, place) => {
    expect(resolvePlace(uri, from)).toEqual(place);
  });

  test.each([
    '../../../../0.ts',
    '../../../recordings/',
    '../../../0.ts',
    '/../recordings/0.ts',
    '%2e%2e/../../../x/0.ts',
  ])('refuses %s', (uri) => {
    expect(() => resolvePlace(uri, from)).toThrow(TimelineError);
  });

  test('stays inside the bucket that it does not know', () => {
    expect(() => resolvePlace('../../../recordings/0.ts', { key: from.key })).toThrow('leads out of the bucket');
  });
});
