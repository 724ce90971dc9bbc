import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { FIVE_MIB, freshKey, type Given, outcome, SMALL, uploadWith } from './given.js';

export const abortSignalsConformance = (given: Given): void =>
  describe('abort signals', () => {
    it('stops every call that is made with an aborted signal', async () => {
      const store = given.store();
      const at = freshKey(given, 'signals');
      await store.put(at, SMALL);
      const { uploadId, parts } = await uploadWith(given, at, [SMALL]);
      const signal = AbortSignal.abort();
      const calls = [
        store.head(at, { signal }),
        store.get(at, { signal }),
        store.getBytes(at, { signal, limitBytes: 10_000 }),
        store.put(at, SMALL.subarray(1), { signal }),
        store.delete(at, { signal }),
        store.deleteMany(given.bucket, [at.key, `${at.key}-b`], { signal }),
        store.list(given.bucket, 'signals/', { signal })[Symbol.asyncIterator]().next(),
        store.createUpload(at, { signal }),
        store.uploadPart(at, uploadId, 2, SMALL, { signal }),
        store.uploadPartCopy(at, uploadId, 2, at, { signal }),
        store.completeUpload(at, uploadId, parts, { signal }),
        store.abortUpload(at, uploadId, { signal }),
        store.listUploads(given.bucket, 'signals/', { signal }),
      ];
      expect(await Promise.all(calls.map(outcome))).toEqual(Array(calls.length).fill('aborted'));
      expect((await store.head(at))?.sizeBytes).toBe(SMALL.byteLength);
      expect(await outcome(store.completeUpload(at, uploadId, parts))).toBe('done');
    });

    it('ends a stream that is being read', async () => {
      const at = freshKey(given, 'signals');
      await given.store().put(at, FIVE_MIB);
      const stop = new AbortController();
      const stream = await given.store().get(at, { signal: stop.signal });
      const reading = (async () => {
        for await (const _chunk of stream) stop.abort();
      })();
      expect(await outcome(reading)).toBe('aborted');
      expect(stream.destroyed).toBe(true);
    });

    it('ends the writing of a part whose source is silent, and closes the source', async () => {
      const at = freshKey(given, 'signals');
      const uploadId = await given.store().createUpload(at);
      const stop = new AbortController();
      const silent = new Readable({ read() {} });
      silent.push(SMALL);
      const body = { stream: silent, sizeBytes: FIVE_MIB.byteLength };
      const writing = outcome(given.store().uploadPart(at, uploadId, 1, body, { signal: stop.signal }));
      silent.once('resume', () => undefined);
      setImmediate(() => stop.abort());
      expect(await writing).toBe('aborted');
      expect(silent.destroyed).toBe(true);
      await given.store().abortUpload(at, uploadId);
    });

    it('lets a reader stop early without an error', async () => {
      const at = freshKey(given, 'signals');
      await given.store().put(at, FIVE_MIB);
      const stream = await given.store().get(at);
      for await (const chunk of stream) {
        expect((chunk as Uint8Array).byteLength).toBeGreaterThan(0);
        break;
      }
      expect(stream.destroyed).toBe(true);
    });
  });
