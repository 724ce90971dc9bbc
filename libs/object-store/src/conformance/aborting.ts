import { describe, expect, it } from '@jest/globals';
import { freshKey, type Given, outcome, SMALL, uploadWith } from './given.js';

export const abortingConformance = (given: Given): void =>
  describe('aborting and listing uploads', () => {
    it('leaves no object, no open upload, and no way to go on', async () => {
      const at = freshKey(given, 'aborting');
      const { uploadId, parts } = await uploadWith(given, at, [SMALL]);
      await given.store().abortUpload(at, uploadId);
      expect(await outcome(given.store().uploadPart(at, uploadId, 2, SMALL))).toBe('no-such-upload');
      expect(await outcome(given.store().completeUpload(at, uploadId, parts))).toBe('no-such-upload');
      expect(await given.store().head(at)).toBeUndefined();
      expect(await given.store().listUploads(given.bucket, at.key)).toEqual([]);
    });

    it('aborts what is not open without complaint, again and again', async () => {
      const at = freshKey(given, 'aborting');
      const { uploadId } = await uploadWith(given, at, []);
      const aborts = [uploadId, uploadId, 'no-such-upload'].map((id) => outcome(given.store().abortUpload(at, id)));
      expect(await Promise.all(aborts)).toEqual(['done', 'done', 'done']);
    });

    it('does not abort the upload of another key', async () => {
      const [at, elsewhere] = [freshKey(given, 'aborting'), freshKey(given, 'aborting')];
      const { uploadId, parts } = await uploadWith(given, at, [SMALL]);
      await given.store().abortUpload(elsewhere, uploadId);
      expect(await outcome(given.store().completeUpload(at, uploadId, parts))).toBe('done');
    });

    it('lists the open uploads under a prefix by key', async () => {
      const keys = ['open/a', 'open/b', 'open/b', 'opened'];
      const uploads: { key: string; uploadId: string }[] = [];
      for (const key of keys) {
        uploads.push({ key, uploadId: await given.store().createUpload({ bucket: given.bucket, key }) });
      }
      const listed = await given.store().listUploads(given.bucket, 'open/');
      expect(listed.map(({ key }) => key)).toEqual(['open/a', 'open/b', 'open/b']);
      expect(new Set(listed.map(({ uploadId }) => uploadId))).toEqual(
        new Set(uploads.slice(0, 3).map((u) => u.uploadId)),
      );
      for (const { bucket, initiatedMs } of listed) {
        expect(bucket).toBe(given.bucket);
        expect(Math.abs(initiatedMs - Date.now())).toBeLessThan(60_000);
      }
      for (const { key, uploadId } of uploads) await given.store().abortUpload({ bucket: given.bucket, key }, uploadId);
      expect(await given.store().listUploads(given.bucket, 'open')).toEqual([]);
    });
  });
