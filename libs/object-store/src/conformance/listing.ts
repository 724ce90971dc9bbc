import { beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { freshKey, type Given, keysUnder, SMALL, uploadWith } from './given.js';

/** In the order of their UTF-8 bytes, which is neither that of UTF-16 nor that of a directory tree. */
const ORDERED = [
  'list/a',
  'list/a-b',
  'list/a.b',
  'list/b/1',
  'list/b/2',
  'list/b/c/1',
  'list/c',
  'list/é',
  'list/\uffee',
  'list/😀',
];
/** More than one page of 1,000. */
const MANY = 1_005;

export const listingConformance = (given: Given): void =>
  describe('listing', () => {
    beforeAll(async () => {
      for (const key of [...ORDERED, 'list-other']) await given.store().put({ bucket: given.bucket, key }, SMALL);
    });

    it.each<[string, string, string | undefined, string[]]>([
      ['every key under a prefix, in order', 'list/', undefined, ORDERED],
      ['a prefix that ends within a name', 'list/a', undefined, ['list/a', 'list/a-b', 'list/a.b']],
      ['a prefix that ends with a name', 'list/b', undefined, ['list/b/1', 'list/b/2', 'list/b/c/1']],
      ['a prefix deeper in', 'list/b/c/', undefined, ['list/b/c/1']],
      ['a prefix that is beside the folder', 'list', undefined, ['list-other', ...ORDERED]],
      ['a prefix nothing has', 'list/nothing', undefined, []],
      ['a prefix that climbs', 'list/../list/', undefined, []],
      ['what comes after a key', 'list/', 'list/b/1', ORDERED.slice(4)],
      ['what comes after a key that is not there', 'list/', 'list/b/1x', ORDERED.slice(4)],
      ['what comes after a folder', 'list/', 'list/b', ORDERED.slice(3)],
      ['nothing after the last', 'list/', 'list/😀', []],
    ])('gives %s', async (_name, prefix, startAfter, expected) => {
      expect(await keysUnder(given, prefix, startAfter)).toEqual(expected);
    });

    it('tells size, etag and time as head does', async () => {
      const at = freshKey(given, 'listing');
      await given.store().put(at, SMALL);
      const listed = [];
      for await (const info of given.store().list(given.bucket, at.key)) listed.push(info);
      const { sizeBytes, etag, lastModifiedMs } = (await given.store().head(at)) ?? {};
      expect(listed).toEqual([expect.objectContaining({ key: at.key, sizeBytes, etag })]);
      // A listing may tell milliseconds where HEAD's HTTP date has seconds.
      expect(Math.abs(listed[0].lastModifiedMs - (lastModifiedMs ?? 0))).toBeLessThan(1000);
    });

    it('shows no open upload', async () => {
      const at = freshKey(given, 'listing-upload');
      const { uploadId } = await uploadWith(given, at, [SMALL]);
      expect(await keysUnder(given, 'listing-upload/')).toEqual([]);
      await given.store().abortUpload(at, uploadId);
    });

    it(`gives ${MANY} keys, each once, and stops when the reader does`, async () => {
      const limit = pLimit(32);
      const keys = Array.from({ length: MANY }, (_, n) => `many/${String(n).padStart(5, '0')}`);
      await limit.map(keys, (key) => given.store().put({ bucket: given.bucket, key }, new Uint8Array(1)));
      expect(await keysUnder(given, 'many/')).toEqual(keys);
      for await (const { key } of given.store().list(given.bucket, 'many/')) {
        expect(key).toBe(keys[0]);
        break;
      }
    });
  });
