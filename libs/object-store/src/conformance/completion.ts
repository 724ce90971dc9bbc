import { describe, expect, it } from '@jest/globals';
import type { CompletedPart } from '../object-store.js';
import { bytesOf, expectSameBytes, FIVE_MIB, freshKey, type Given, outcome, SMALL, uploadWith } from './given.js';

const COMPLETERS = 20;
const MAX_PARTS = 10_000;

export const completionConformance = (given: Given): void =>
  describe('completion', () => {
    it('joins the parts under one etag', async () => {
      const at = freshKey(given, 'completion');
      const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB, SMALL]);
      const { etag } = await given.store().completeUpload(at, uploadId, parts);
      const expected = Buffer.concat([FIVE_MIB, SMALL]);
      expectSameBytes(await bytesOf(given, at), expected);
      expect(await given.store().head(at)).toMatchObject({ etag, sizeBytes: expected.byteLength });
    });

    it('leaves out stored parts that are not listed, or refuses to where the server wants all', async () => {
      const at = freshKey(given, 'completion');
      const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB, SMALL, SMALL.subarray(10)]);
      const completing = outcome(given.store().completeUpload(at, uploadId, [parts[0], parts[2]]));
      expect(await completing).toBe(given.facts.completesSubsets ? 'done' : 'invalid-part');
      const expected = FIVE_MIB.byteLength + SMALL.byteLength - 10;
      expect((await given.store().head(at))?.sizeBytes).toBe(given.facts.completesSubsets ? expected : undefined);
      await given.store().abortUpload(at, uploadId);
    });

    it('replaces the object that was there', async () => {
      const at = freshKey(given, 'completion');
      await given.store().put(at, FIVE_MIB);
      const { uploadId, parts } = await uploadWith(given, at, [SMALL]);
      await given.store().completeUpload(at, uploadId, parts);
      expectSameBytes(await bytesOf(given, at), SMALL);
    });

    it('refuses a part that another writer has replaced with other bytes, and takes it as it is now', async () => {
      const at = freshKey(given, 'completion');
      const { uploadId, parts } = await uploadWith(given, at, [SMALL]);
      const zombie = await given.store().uploadPart(at, uploadId, 1, SMALL.subarray(1));
      expect(await outcome(given.store().completeUpload(at, uploadId, parts))).toBe('invalid-part');
      expect(await given.store().head(at)).toBeUndefined();
      await given.store().completeUpload(at, uploadId, [zombie]);
      expectSameBytes(await bytesOf(given, at), SMALL.subarray(1));
    });

    it.each<[string, (parts: CompletedPart[]) => CompletedPart[]]>([
      ['no parts', () => []],
      ['a part that was never written', (parts) => [...parts, { partNumber: 3, etag: parts[1].etag }]],
      ['a wrong etag', (parts) => [{ partNumber: 1, etag: parts[1].etag }]],
      ['descending parts', (parts) => parts.toReversed()],
      ['a part twice', (parts) => [parts[0], parts[0]]],
      ['part number 0', (parts) => [{ partNumber: 0, etag: parts[0].etag }]],
    ])('refuses %s, and leaves the upload open', async (_name, listed) => {
      const at = freshKey(given, 'completion');
      const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB, SMALL]);
      expect(await outcome(given.store().completeUpload(at, uploadId, listed(parts)))).toBe('invalid-part');
      expect(await given.store().head(at)).toBeUndefined();
      expect(await outcome(given.store().completeUpload(at, uploadId, parts))).toBe('done');
    });

    it('refuses a part under 5 MiB that is not the last, written or copied', async () => {
      const [from, at] = [freshKey(given, 'completion'), freshKey(given, 'completion')];
      await given.store().put(from, FIVE_MIB.subarray(1));
      const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB.subarray(1), SMALL]);
      expect(await outcome(given.store().completeUpload(at, uploadId, parts))).toBe('part-too-small');
      const copied = await given.store().uploadPartCopy(at, uploadId, 1, from);
      expect(await outcome(given.store().completeUpload(at, uploadId, [copied, parts[1]]))).toBe('part-too-small');
      await given.store().abortUpload(at, uploadId);
      expect(await given.store().head(at)).toBeUndefined();
    });

    it(`understands a list of ${MAX_PARTS} parts`, async () => {
      const at = freshKey(given, 'completion');
      const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB]);
      const listed = Array.from({ length: MAX_PARTS }, (_, i) => ({ partNumber: i + 1, etag: parts[0].etag }));
      expect(await outcome(given.store().completeUpload(at, uploadId, listed))).toBe('invalid-part');
      await given.store().abortUpload(at, uploadId);
    });

    it('knows no upload after it was completed, and leaves the object as it is', async () => {
      const at = freshKey(given, 'completion');
      const { uploadId, parts } = await uploadWith(given, at, [SMALL]);
      await given.store().completeUpload(at, uploadId, parts);
      await given.store().put(at, FIVE_MIB);
      expect(['no-such-upload', 'done']).toContain(await outcome(given.store().completeUpload(at, uploadId, parts)));
      expect(await outcome(given.store().abortUpload(at, uploadId))).toBe('done');
      expectSameBytes(await bytesOf(given, at), FIVE_MIB);
    });

    it.each([false, true])(
      `does one upload completed ${COMPLETERS} times at once right, ifAbsent %p`,
      async (ifAbsent) => {
        const at = freshKey(given, 'completion');
        const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB, SMALL]);
        const complete = (): Promise<string> =>
          outcome(given.store().completeUpload(at, uploadId, parts, { ifAbsent }));
        const outcomes = await Promise.all(Array.from({ length: COMPLETERS }, complete));
        expect(outcomes).toContain('done');
        const others = outcomes.filter((o) => !['done', 'no-such-upload', 'precondition-failed'].includes(o));
        expect(others).toEqual([]);
        expectSameBytes(await bytesOf(given, at), Buffer.concat([FIVE_MIB, SMALL]));
        expect(await given.store().listUploads(given.bucket, at.key)).toEqual([]);
      },
    );
  });
