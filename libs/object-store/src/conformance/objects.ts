import { describe, expect, it } from '@jest/globals';
import { bytesOf, collect, expectSameBytes, FIVE_MIB, freshKey, type Given, outcome, SMALL } from './given.js';

export const objectsConformance = (given: Given): void =>
  describe('objects', () => {
    it('gives back the bytes that were put, whole and as a stream', async () => {
      const at = freshKey(given, 'objects');
      await given.store().put(at, SMALL);
      expectSameBytes(await bytesOf(given, at), SMALL);
      expectSameBytes(await collect(await given.store().get(at)), SMALL);
    });

    it('streams an object of several buffers', async () => {
      const at = freshKey(given, 'objects');
      await given.store().put(at, FIVE_MIB);
      expectSameBytes(await collect(await given.store().get(at)), FIVE_MIB);
    });

    it('keeps an object of no bytes', async () => {
      const at = freshKey(given, 'objects');
      await given.store().put(at, new Uint8Array(0));
      expect((await given.store().head(at))?.sizeBytes).toBe(0);
      expect(await bytesOf(given, at)).toHaveLength(0);
      expect(await collect(await given.store().get(at))).toHaveLength(0);
    });

    it('tells size, etag and time of an object', async () => {
      const at = freshKey(given, 'objects');
      const { etag } = await given.store().put(at, SMALL);
      const info = await given.store().head(at);
      expect(info).toMatchObject({ key: at.key, sizeBytes: SMALL.byteLength, etag });
      expect(etag).toMatch(/^[^"]+$/);
      expect(Math.abs((info?.lastModifiedMs ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('replaces an object whole, and its etag', async () => {
      const at = freshKey(given, 'objects');
      const first = await given.store().put(at, FIVE_MIB);
      const second = await given.store().put(at, SMALL);
      expectSameBytes(await bytesOf(given, at), SMALL);
      expect(second.etag).not.toBe(first.etag);
    });

    it('gives the content type as it was put, or by the extension', async () => {
      const at = { bucket: given.bucket, key: 'objects/clip.mp4' };
      await given.store().put(at, SMALL, { contentType: 'application/x-told' });
      const expected = given.facts.keepsContentType ? 'application/x-told' : 'video/mp4';
      expect((await given.store().head(at))?.contentType).toBe(expected);
    });

    it('knows nothing of an object that was not put or is deleted', async () => {
      const at = freshKey(given, 'objects');
      expect(await given.store().head(at)).toBeUndefined();
      await given.store().put(at, SMALL);
      await given.store().delete(at);
      expect(await given.store().head(at)).toBeUndefined();
      expect(await outcome(given.store().get(at))).toBe('not-found');
      expect(await outcome(given.store().getBytes(at, { limitBytes: 1 }))).toBe('not-found');
    });

    it('deletes many at once, whether they are there or not, and no others', async () => {
      const [first, stays] = [freshKey(given, 'deleted'), freshKey(given, 'deleted')];
      const keys = ['', ' ', '&<"\'>', '-ünï/日本', '-not-there'].map((end) => `${first.key}${end}`);
      for (const key of [...keys.slice(0, -1), stays.key]) await given.store().put({ ...first, key }, SMALL);
      await given.store().deleteMany(given.bucket, keys);
      for (const key of keys) expect(await given.store().head({ ...first, key })).toBeUndefined();
      expect(await given.store().head(stays)).toBeDefined();
      await given.store().deleteMany(given.bucket, []);
    });

    it('deletes what is not there without complaint', async () => {
      expect(await outcome(given.store().delete(freshKey(given, 'objects')))).toBe('done');
    });

    it('refuses to read more bytes than the limit, and reads exactly as many', async () => {
      const at = freshKey(given, 'objects');
      await given.store().put(at, SMALL);
      expect(await outcome(given.store().getBytes(at, { limitBytes: SMALL.byteLength - 1 }))).toBe('too-large');
      expectSameBytes(await given.store().getBytes(at, { limitBytes: SMALL.byteLength }), SMALL);
    });

    it('never shows a reader half of an object that is being replaced', async () => {
      const at = freshKey(given, 'objects');
      const [ones, twos] = [1, 2].map((value) => new Uint8Array(1024 * 1024).fill(value));
      await given.store().put(at, ones);
      const written = new AbortController();
      const readUntilWritten = async (): Promise<number> => {
        let reads = 0;
        for (; !written.signal.aborted || reads === 0; reads += 1) {
          const bytes = await bytesOf(given, at);
          expect(bytes.byteLength).toBe(ones.byteLength);
          expect(new Set(bytes).size).toBe(1);
        }
        return reads;
      };
      const readers = [readUntilWritten(), readUntilWritten()];
      for (let i = 0; i < 10; i += 1) await given.store().put(at, i % 2 === 0 ? twos : ones);
      written.abort();
      expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(0);
    });
  });
