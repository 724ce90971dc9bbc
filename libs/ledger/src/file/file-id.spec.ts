import { describe, expect, it } from '@jest/globals';
import { fileId, randomCdnName, randomCdnPath } from './file-id.js';

describe('a file id', () => {
  it('has 24 hex characters that begin with the second it was made in', () => {
    expect(fileId(1_511_762_369_999)).toMatch(/^5a1ba9c1[0-9a-f]{16}$/);
  });
});

describe('a path on the CDN', () => {
  it.each([
    ['box close.PNG', /^[0-9A-Za-z]{16}\.PNG$/],
    ['a.tar.gz', /^[0-9A-Za-z]{16}\.gz$/],
    ['no extension', /^[0-9A-Za-z]{16}$/],
    ['dot at the end.', /^[0-9A-Za-z]{16}$/],
    ['a./etc', /^[0-9A-Za-z]{16}$/],
  ])('has the extension of %s', (name, pattern) => {
    expect(randomCdnPath(name)).toMatch(pattern);
  });
});

describe('a name on the CDN', () => {
  it('has 16 base62 characters, and no two are equal', () => {
    const names = Array.from({ length: 1000 }, randomCdnName);
    expect(names.filter((name) => !/^[0-9A-Za-z]{16}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('uses every letter about equally', () => {
    const counts = new Map<string, number>();
    for (const letter of Array.from({ length: 4000 }, randomCdnName).join('')) {
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    // 64,000 letters, 1,032 expected of each with a deviation of 32
    expect(counts.size).toBe(62);
    expect(Math.min(...counts.values())).toBeGreaterThan(800);
    expect(Math.max(...counts.values())).toBeLessThan(1300);
  });
});
