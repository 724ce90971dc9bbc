import { describe, expect, it } from '@jest/globals';
import type { ByteRange, ObjectLocation } from '../object-store.js';
import { bytesOf, expectSameBytes, FIVE_MIB, freshKey, type Given, outcome, SMALL, uploadWith } from './given.js';

const MIB = 1024 * 1024;
const SOURCE = Buffer.concat([FIVE_MIB, SMALL]);

export const copiedPartsConformance = (given: Given): void =>
  describe('copied parts', () => {
    const putSource = async (name = 'copied'): Promise<ObjectLocation> => {
      const from = freshKey(given, name);
      await given.store().put(from, SOURCE);
      return from;
    };

    it.each([
      ['is told', SOURCE.byteLength],
      ['is not', undefined],
    ])('copies a whole object whose size %s, before a written part', async (_name, sourceBytes) => {
      const [from, at] = [await putSource(), freshKey(given, 'copied')];
      const uploadId = await given.store().createUpload(at);
      const copied = await given.store().uploadPartCopy(at, uploadId, 1, from, { sourceBytes });
      expect(copied).toMatchObject({ partNumber: 1, sizeBytes: SOURCE.byteLength });
      const written = await given.store().uploadPart(at, uploadId, 2, SMALL);
      await given.store().completeUpload(at, uploadId, [copied, written]);
      expectSameBytes(await bytesOf(given, at), Buffer.concat([SOURCE, SMALL]));
    });

    it('copies ranges of an object', async () => {
      const [from, at] = [await putSource(), freshKey(given, 'copied')];
      const uploadId = await given.store().createUpload(at);
      const ranges: ByteRange[] = [[500, 500 + 5 * MIB], [0, 100]]; // prettier-ignore
      const parts = [
        await given.store().uploadPartCopy(at, uploadId, 1, from, { range: ranges[0] }),
        await given.store().uploadPartCopy(at, uploadId, 2, from, { range: ranges[1] }),
      ];
      expect(parts.map(({ sizeBytes }) => sizeBytes)).toEqual([5 * MIB, 100]);
      await given.store().completeUpload(at, uploadId, parts);
      expectSameBytes(await bytesOf(given, at), Buffer.concat(ranges.map((range) => SOURCE.subarray(...range))));
    });

    it('copies a range across the parts of a completed upload', async () => {
      const [from, at] = [freshKey(given, 'copied'), freshKey(given, 'copied')];
      const source = await uploadWith(given, from, [FIVE_MIB, SMALL]);
      await given.store().completeUpload(from, source.uploadId, source.parts);
      const uploadId = await given.store().createUpload(at);
      const part = await given.store().uploadPartCopy(at, uploadId, 1, from, { range: [10, 5 * MIB + 500] });
      await given.store().completeUpload(at, uploadId, [part]);
      expectSameBytes(await bytesOf(given, at), SOURCE.subarray(10, 5 * MIB + 500));
    });

    it('gives a copy made twice the same etag', async () => {
      const [from, at] = [await putSource(), freshKey(given, 'copied')];
      const uploadId = await given.store().createUpload(at);
      const first = await given.store().uploadPartCopy(at, uploadId, 1, from);
      const again = await given.store().uploadPartCopy(at, uploadId, 1, from);
      expect(again).toEqual(first);
      expect(await outcome(given.store().completeUpload(at, uploadId, [first]))).toBe('done');
    });

    it.each(['dir a/b+c ü.bin', 'literal %41.bin', "quote's & <tags>.bin", '日本/😀.bin'])(
      'copies from the key %p',
      async (key) => {
        const [from, at] = [{ bucket: given.bucket, key: `copied/${key}` }, freshKey(given, 'copied')];
        await given.store().put(from, SMALL);
        const uploadId = await given.store().createUpload(at);
        const part = await given.store().uploadPartCopy(at, uploadId, 1, from);
        await given.store().completeUpload(at, uploadId, [part]);
        expectSameBytes(await bytesOf(given, at), SMALL);
      },
    );

    it('keeps what was copied when the source is replaced or deleted before completion', async () => {
      const [replaced, deleted, at] = [await putSource(), await putSource(), freshKey(given, 'copied')];
      const uploadId = await given.store().createUpload(at);
      const parts = [
        await given.store().uploadPartCopy(at, uploadId, 1, replaced),
        await given.store().uploadPartCopy(at, uploadId, 2, deleted),
      ];
      await given.store().put(replaced, SMALL);
      await given.store().delete(deleted);
      await given.store().completeUpload(at, uploadId, parts);
      expectSameBytes(await bytesOf(given, at), Buffer.concat([SOURCE, SOURCE]));
    });

    it('makes an object of its own: neither it nor the source changes with the other', async () => {
      const [from, at] = [await putSource(), freshKey(given, 'copied')];
      const uploadId = await given.store().createUpload(at);
      const part = await given.store().uploadPartCopy(at, uploadId, 1, from);
      await given.store().completeUpload(at, uploadId, [part]);
      await given.store().put(from, SMALL);
      expectSameBytes(await bytesOf(given, at), SOURCE);
    });

    it.each<[string, ByteRange, string]>([
      ['beyond the source', [SOURCE.byteLength, SOURCE.byteLength + 10], 'range-not-satisfiable'],
      ['that ends beyond the source', [0, SOURCE.byteLength + 1], 'range-not-satisfiable'],
      ['of no bytes', [5, 5], 'range-not-satisfiable'],
    ])('refuses a range %s', async (_name, range, code) => {
      const [from, at] = [await putSource(), freshKey(given, 'copied')];
      const uploadId = await given.store().createUpload(at);
      expect(await outcome(given.store().uploadPartCopy(at, uploadId, 1, from, { range }))).toBe(code);
      await given.store().abortUpload(at, uploadId);
    });

    it.each([undefined, 1000])('refuses a source that is not there, its size told as %p', async (sourceBytes) => {
      const at = freshKey(given, 'copied');
      const uploadId = await given.store().createUpload(at);
      const copying = given.store().uploadPartCopy(at, uploadId, 1, freshKey(given, 'missing'), { sourceBytes });
      expect(await outcome(copying)).toBe('not-found');
      await given.store().abortUpload(at, uploadId);
    });

    it('refuses an upload that is not open', async () => {
      const from = await putSource();
      const copying = given.store().uploadPartCopy(freshKey(given, 'copied'), 'no-such-upload', 1, from);
      expect(await outcome(copying)).toBe('no-such-upload');
    });
  });
