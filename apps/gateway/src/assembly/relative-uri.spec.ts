import { describe, expect, it } from '@jest/globals';
import { relativeUri } from './relative-uri.js';

const at = (path: string) => {
  const [bucket, ...key] = path.split('/');
  return { storeId: 's', bucket, key: key.join('/') };
};

describe('relativeUri', () => {
  it.each([
    ['m/clips/a.m3u8', 'm/clips/0.ts', '0.ts'],
    ['m/clips/a.m3u8', 'm/rec/0.ts', '../rec/0.ts'],
    ['m/a.m3u8', 'm/rec/0.ts', 'rec/0.ts'],
    ['m/x/y/a.m3u8', 'm/0.ts', '../../0.ts'],
    ['out/x/a.m3u8', 'in/rec/0.ts', '../../in/rec/0.ts'],
    ['m/a.m3u8', 'm/rec 1/ü:?#.ts', 'rec%201/%C3%BC%3A%3F%23.ts'],
    ['m/a/a', 'm/a/a/0.ts', 'a/0.ts'],
  ])('from %s to %s: %s', (from, to, expected) => {
    expect(relativeUri(at(from), at(to))).toBe(expected);
    const base = new URL(`http://h/${from.split('/').map(encodeURIComponent).join('/')}`);
    expect(decodeURIComponent(new URL(expected, base).pathname)).toBe(`/${to}`);
  });
});
