import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { UploadedPart } from '../object-store.js';
import { bytesOf, expectSameBytes, FIVE_MIB, freshKey, type Given, outcome, SMALL } from './given.js';

const streamOf = (body: Buffer, pieceBytes = 10_000): Readable =>
  Readable.from(
    (function* pieces() {
      for (let at = 0; at < body.byteLength; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
    })(),
    { objectMode: false },
  );

export const uploadsConformance = (given: Given): void =>
  describe('parts', () => {
    it('takes bytes in pieces as it takes them in one', async () => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const pieces = [FIVE_MIB.subarray(0, 3), new Uint8Array(0), FIVE_MIB.subarray(3, 100), FIVE_MIB.subarray(100)];
      const inPieces = await given.store().uploadPart(at, uploadId, 1, pieces);
      const inOne = await given.store().uploadPart(at, uploadId, 2, FIVE_MIB);
      expect(inPieces).toEqual({ ...inOne, partNumber: 1 });
      const none = await given.store().uploadPart(at, uploadId, 3, []);
      await given.store().completeUpload(at, uploadId, [inPieces, inOne, none]);
      expectSameBytes(await bytesOf(given, at), Buffer.concat([FIVE_MIB, FIVE_MIB]));
    });

    it('says once when the memory of bytes may be used again, and stores what they were before', async () => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const parts: UploadedPart[] = [];
      for (const inPieces of [true, false, true]) {
        const body = Buffer.from(FIVE_MIB);
        let calls = 0;
        const onRead = (): void => {
          calls += 1;
          body.fill(0);
        };
        const pieces = inPieces ? [body.subarray(0, 9), body.subarray(9)] : body;
        parts.push(await given.store().uploadPart(at, uploadId, parts.length + 1, pieces, { onRead }));
        expect(calls).toBe(1);
      }
      await given.store().completeUpload(at, uploadId, parts);
      expectSameBytes(await bytesOf(given, at), Buffer.concat([FIVE_MIB, FIVE_MIB, FIVE_MIB]));
    });

    it('takes bytes and streams, in any order of part numbers and with gaps between them', async () => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const last = await given.store().uploadPart(at, uploadId, 10_000, SMALL);
      const stream = { stream: streamOf(FIVE_MIB), sizeBytes: FIVE_MIB.byteLength };
      const first = await given.store().uploadPart(at, uploadId, 7, stream);
      expect(first).toMatchObject({ partNumber: 7, sizeBytes: FIVE_MIB.byteLength });
      await given.store().completeUpload(at, uploadId, [first, last]);
      expectSameBytes(await bytesOf(given, at), Buffer.concat([FIVE_MIB, SMALL]));
    });

    it('takes a last part of no bytes', async () => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const parts = [await given.store().uploadPart(at, uploadId, 1, SMALL.subarray(0, 0))];
      await given.store().completeUpload(at, uploadId, parts);
      expect((await given.store().head(at))?.sizeBytes).toBe(0);
    });

    it('gives equal bytes the same etag however they come, and other bytes another', async () => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const first = await given.store().uploadPart(at, uploadId, 1, SMALL);
      const stream = { stream: streamOf(SMALL, 7), sizeBytes: SMALL.byteLength };
      const again = await given.store().uploadPart(at, uploadId, 1, stream);
      expect(again.etag).toBe(first.etag);
      expect((await given.store().uploadPart(at, uploadId, 1, SMALL.subarray(1))).etag).not.toBe(first.etag);
      await given.store().uploadPart(at, uploadId, 1, SMALL);
      expect(await outcome(given.store().completeUpload(at, uploadId, [first]))).toBe('done');
    });

    it('keeps what a key held until the upload is completed', async () => {
      const at = freshKey(given, 'parts');
      await given.store().put(at, SMALL);
      const uploadId = await given.store().createUpload(at);
      const part = await given.store().uploadPart(at, uploadId, 1, FIVE_MIB);
      expectSameBytes(await bytesOf(given, at), SMALL);
      await given.store().completeUpload(at, uploadId, [part]);
      expectSameBytes(await bytesOf(given, at), FIVE_MIB);
    });

    it.each([
      ['fewer', -1],
      ['more', 1],
    ])('refuses a stream of %s bytes than told, and keeps no part of it', async (_name, difference) => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const stream = { stream: streamOf(SMALL), sizeBytes: SMALL.byteLength - difference };
      expect(await outcome(given.store().uploadPart(at, uploadId, 1, stream))).toBe('invalid-part');
      const whole = await given.store().uploadPart(at, uploadId, 2, SMALL);
      const unwritten = { partNumber: 1, etag: whole.etag };
      expect(await outcome(given.store().completeUpload(at, uploadId, [unwritten]))).toBe('invalid-part');
      await given.store().abortUpload(at, uploadId);
    });

    it('throws the error of a stream that fails half way', async () => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      const failing = Readable.from(
        (function* pieces() {
          yield FIVE_MIB.subarray(0, 100_000);
          throw new TypeError('the source broke');
        })(),
        { objectMode: false },
      );
      const writing = given.store().uploadPart(at, uploadId, 1, { stream: failing, sizeBytes: FIVE_MIB.byteLength });
      await expect(writing).rejects.toThrow(new TypeError('the source broke'));
      await given.store().abortUpload(at, uploadId);
    });

    it.each([0, -1, 10_001, 1.5, Number.NaN])('refuses part number %p', async (partNumber) => {
      const at = freshKey(given, 'parts');
      const uploadId = await given.store().createUpload(at);
      expect(await outcome(given.store().uploadPart(at, uploadId, partNumber, SMALL))).toBe('invalid-part');
      await given.store().abortUpload(at, uploadId);
    });

    it.each(['no-such-upload', '../../uploads', ''])('knows no upload %p', async (uploadId) => {
      const at = freshKey(given, 'parts');
      expect(await outcome(given.store().uploadPart(at, uploadId || '0', 1, SMALL))).toBe('no-such-upload');
    });

    it('keeps the uploads of two keys apart', async () => {
      const [at, elsewhere] = [freshKey(given, 'parts'), freshKey(given, 'parts')];
      const uploadId = await given.store().createUpload(at);
      expect(await outcome(given.store().uploadPart(elsewhere, uploadId, 1, SMALL))).toBe('no-such-upload');
      await given.store().abortUpload(at, uploadId);
    });
  });
