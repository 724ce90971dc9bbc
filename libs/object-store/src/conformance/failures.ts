import { describe, expect, it } from '@jest/globals';
import { ObjectStoreError } from '../object-store-error.js';
import { type Given, keysUnder, outcome, SMALL } from './given.js';

export const failuresConformance = (given: Given): void =>
  describe('failures', () => {
    const elsewhere = { bucket: 'no-such-bucket-here', key: 'a' };

    it('tells a bucket that does not exist from an object that does not', async () => {
      const store = given.store();
      expect(await store.head(elsewhere)).toBeUndefined();
      const calls = [
        store.get(elsewhere),
        store.put(elsewhere, SMALL),
        store.createUpload(elsewhere),
        store.listUploads(elsewhere.bucket, ''),
        store.list(elsewhere.bucket, '')[Symbol.asyncIterator]().next(),
      ];
      expect(await Promise.all(calls.map(outcome))).toEqual(Array(calls.length).fill('no-such-bucket'));
    });

    it.each(['', '.', '..', '../up', 'a/b', '.clipfleet', 'nul\0'])('takes %p for no bucket', async (bucket) => {
      expect(await outcome(given.store().put({ bucket, key: 'a' }, SMALL))).toBe('no-such-bucket');
      expect(await outcome(given.store().ensureBucket(bucket))).toBe('no-such-bucket');
    });

    it('says where it happened, and whether to try again', async () => {
      const failure: unknown = await given
        .store()
        .get({ bucket: given.bucket, key: 'failures/none' })
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ObjectStoreError);
      expect(failure).toMatchObject({
        details: { storeId: given.store().id, bucket: given.bucket, key: 'failures/none' },
        retryable: false,
      });
    });

    it('makes a bucket once, and keeps what is in it', async () => {
      await given.store().put({ bucket: given.bucket, key: 'failures/kept' }, SMALL);
      await given.store().ensureBucket(given.bucket);
      expect(await keysUnder(given, 'failures/')).toEqual(['failures/kept']);
    });
  });
