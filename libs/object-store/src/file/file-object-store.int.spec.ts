import { link, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FIVE_MIB, outcome, SMALL } from '../conformance/given.js';
import type { UploadedPart } from '../object-store.js';
import { FileObjectStore } from './file-object-store.js';
import { BUCKET, type TemporaryStore, temporaryStore } from './testing/temporary-store.js';

describe('the files of a file store', () => {
  let given: TemporaryStore;
  const at = { bucket: BUCKET, key: 'a/clip.mp4' };
  const hidden = (...names: string[]): string => join(given.bucketPath, '.clipfleet', ...names);
  const listed = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of given.store.list(BUCKET, '')) keys.push(key);
    return keys;
  };
  const startUpload = async (): Promise<{ uploadId: string; folder: string }> => {
    const uploadId = await given.store.createUpload(at);
    return { uploadId, folder: hidden('uploads', uploadId) };
  };

  beforeEach(async () => {
    given = await temporaryStore();
  });
  afterEach(() => given.remove());

  it('lie at <rootPath>/<bucket>/<key>, as other programs write and read them', async () => {
    await given.store.put(at, SMALL);
    expect((await readFile(join(given.bucketPath, 'a/clip.mp4'))).equals(SMALL)).toBe(true);
    await mkdir(join(given.bucketPath, 'b'));
    await writeFile(join(given.bucketPath, 'b/from-elsewhere.ts'), SMALL);
    const info = await given.store.head({ bucket: BUCKET, key: 'b/from-elsewhere.ts' });
    expect(info).toMatchObject({ sizeBytes: SMALL.byteLength, contentType: 'video/mp2t' });
    expect(await listed()).toEqual(['a/clip.mp4', 'b/from-elsewhere.ts']);
  });

  it('leave no empty folder behind when they are deleted', async () => {
    await given.store.put({ bucket: BUCKET, key: 'a/b/c/d' }, SMALL);
    await given.store.put(at, SMALL);
    await given.store.delete({ bucket: BUCKET, key: 'a/b/c/d' });
    expect(await readdir(join(given.bucketPath, 'a'))).toEqual(['clip.mp4']);
    await given.store.delete(at);
    expect(await readdir(given.bucketPath)).toEqual(['.clipfleet']);
  });

  it('leave nothing in the hidden folder once calls have ended and the store is closed', async () => {
    const { uploadId } = await startUpload();
    const part = await given.store.uploadPart(at, uploadId, 1, SMALL);
    await given.store.completeUpload(at, uploadId, [part]);
    expect(await outcome(given.store.put(at, SMALL, { ifAbsent: true }))).toBe('precondition-failed');
    await given.store.close();
    expect([await readdir(hidden('tmp')), await readdir(hidden('uploads'))]).toEqual([[], []]);
  });

  it('hold what an ended upload held for some moments only, also in a store that stays open', async () => {
    const { uploadId } = await startUpload();
    const part = await given.store.uploadPart(at, uploadId, 1, SMALL);
    await given.store.completeUpload(at, uploadId, [part]);
    expect(await readdir(hidden('uploads'))).toEqual([]);
    while ((await readdir(hidden('tmp'))).length > 0) await setTimeout(50);
  });

  it.each(['.clipfleet', '.clipfleet/tmp/x', '.Clipfleet/uploads'])(
    'do not lie in the hidden folder: %p',
    async (key) => {
      expect(await outcome(given.store.put({ bucket: BUCKET, key }, SMALL))).toBe('invalid-key');
      expect(await outcome(given.store.get({ bucket: BUCKET, key }))).toBe('invalid-key');
      expect(await outcome(given.store.delete({ bucket: BUCKET, key }))).toBe('invalid-key');
    },
  );

  it('are not taken from a folder, a socket or a link to nowhere', async () => {
    await mkdir(join(given.bucketPath, 'folder/inner'), { recursive: true });
    await symlink('nowhere', join(given.bucketPath, 'dangling'));
    for (const key of ['folder', 'folder/inner', 'dangling']) {
      expect(await given.store.head({ bucket: BUCKET, key })).toBeUndefined();
      expect(await outcome(given.store.get({ bucket: BUCKET, key }))).toBe('not-found');
    }
    expect(await listed()).toEqual([]);
  });

  it('may be names too long for the file system, which are refused', async () => {
    expect(await outcome(given.store.put({ bucket: BUCKET, key: 'z'.repeat(256) }, SMALL))).toBe('invalid-key');
  });

  describe('in uploads', () => {
    it('are linked, not copied, where a whole object is a part, and copied where it is the only one', async () => {
      await given.store.put(at, SMALL);
      const source = join(given.bucketPath, 'a/clip.mp4');
      const target = { bucket: BUCKET, key: 'b/copy.mp4' };
      const uploadId = await given.store.createUpload(target);
      const part = await given.store.uploadPartCopy(target, uploadId, 1, at);
      expect((await stat(source)).nlink).toBe(2);
      await given.store.completeUpload(target, uploadId, [part]);
      await given.store.close(); // or the upload's own link may not be freed yet
      expect((await stat(source)).nlink).toBe(1);
      await writeFile(source, 'written in place by another program');
      expect((await readFile(join(given.bucketPath, 'b/copy.mp4'))).equals(SMALL)).toBe(true);
    });

    it.each([1, 2])('are refused when a linked source was written to before completion, of %p parts', async (count) => {
      await given.store.put(at, Buffer.alloc(5 * 1024 * 1024));
      const target = { bucket: BUCKET, key: 'b/copy.mp4' };
      const uploadId = await given.store.createUpload(target);
      const parts = [];
      for (let n = 1; n <= count; n += 1) parts.push(await given.store.uploadPartCopy(target, uploadId, n, at));
      await writeFile(join(given.bucketPath, 'a/clip.mp4'), Buffer.alloc(5 * 1024 * 1024, 1));
      expect(await outcome(given.store.completeUpload(target, uploadId, parts))).toBe('invalid-part');
      expect(await given.store.head(target)).toBeUndefined();
    });

    it('follow a symbolic link to a source', async () => {
      await given.store.put(at, SMALL);
      await symlink('clip.mp4', join(given.bucketPath, 'a/linked.mp4'));
      const target = { bucket: BUCKET, key: 'b/copy.mp4' };
      const uploadId = await given.store.createUpload(target);
      const part = await given.store.uploadPartCopy(target, uploadId, 1, { bucket: BUCKET, key: 'a/linked.mp4' });
      await given.store.completeUpload(target, uploadId, [part]);
      expect((await readFile(join(given.bucketPath, 'b/copy.mp4'))).equals(SMALL)).toBe(true);
    });

    it('are found published by a completion that died before it could tidy up', async () => {
      const { uploadId, folder } = await startUpload();
      const part = await given.store.uploadPart(at, uploadId, 1, SMALL);
      // What a completion has done the moment after its object has its name.
      const data = (await readdir(folder)).find((name) => name.startsWith('data-')) ?? '';
      await link(join(folder, data), join(folder, 'joined-by-the-dead'));
      await mkdir(join(given.bucketPath, 'a'));
      await link(join(folder, 'joined-by-the-dead'), join(given.bucketPath, at.key));
      const { etag } = await given.store.completeUpload(at, uploadId, [part], { ifAbsent: true });
      expect((await given.store.head(at))?.etag).toBe(etag);
      expect(await readdir(hidden('uploads'))).toEqual([]);
    });

    it('may be written again with the same bytes while they are joined, as a redelivered task does', async () => {
      const { uploadId } = await startUpload();
      const numbers = [1, 2, 3, 4];
      const write = (partNumber: number): Promise<UploadedPart> =>
        given.store.uploadPart(at, uploadId, partNumber, FIVE_MIB);
      const parts = await Promise.all(numbers.map(write));
      const rewrite = async (partNumber: number): Promise<void> => {
        // until the upload is over
        if ((await outcome(write(partNumber))) === 'done') await rewrite(partNumber);
      };
      const writing = numbers.map(rewrite);
      const ended = await outcome(given.store.completeUpload(at, uploadId, parts));
      await given.store.abortUpload(at, uploadId);
      await Promise.all(writing);
      expect(ended).toBe('done');
      expect((await given.store.head(at))?.sizeBytes).toBe(numbers.length * FIVE_MIB.byteLength);
    });

    it('are gone for a completion whose upload is aborted while it looks its parts up', async () => {
      await given.store.put(at, FIVE_MIB);
      const target = { bucket: BUCKET, key: 'b/many.mp4' };
      const uploadId = await given.store.createUpload(target);
      const copy = (_: unknown, index: number): Promise<UploadedPart> =>
        given.store.uploadPartCopy(target, uploadId, index + 1, at);
      const parts = await Promise.all(Array.from({ length: 600 }, copy));
      const completing = outcome(given.store.completeUpload(target, uploadId, parts));
      await given.store.abortUpload(target, uploadId);
      expect(await completing).toBe('no-such-upload');
      expect(await given.store.head(target)).toBeUndefined();
    });

    it('are gone for a completion whose upload is aborted while it joins', async () => {
      const { uploadId } = await startUpload();
      const body = Buffer.alloc(16 * 1024 * 1024);
      const parts = [];
      for (let n = 1; n <= 4; n += 1) parts.push(await given.store.uploadPart(at, uploadId, n, body));
      const completing = outcome(given.store.completeUpload(at, uploadId, parts));
      await given.store.abortUpload(at, uploadId);
      expect(await completing).toBe('no-such-upload');
      expect(await given.store.head(at)).toBeUndefined();
    });
  });

  it('that killed processes left are removed by the next process after a day', async () => {
    await given.store.put(at, SMALL);
    for (const name of ['put-old', 'put-new']) await writeFile(hidden('tmp', name), SMALL);
    await mkdir(hidden('tmp', 'gone-old'));
    const twoDaysAgo = new Date(Date.now() - 48 * 3600 * 1000);
    for (const name of ['put-old', 'gone-old']) await utimes(hidden('tmp', name), twoDaysAgo, twoDaysAgo);
    await new FileObjectStore(given.config).put(at, SMALL);
    expect(await readdir(hidden('tmp'))).toEqual(['put-new']);
  });

  it('are missed with their bucket when that is removed behind the store', async () => {
    await given.store.put(at, SMALL);
    await rm(given.bucketPath, { recursive: true });
    expect(await outcome(given.store.put(at, SMALL))).toBe('no-such-bucket');
    expect(await outcome(given.store.createUpload(at))).toBe('no-such-bucket');
    await given.store.ensureBucket(BUCKET);
    expect(await outcome(given.store.put(at, SMALL))).toBe('done');
  });

  it('have no address where there is no secret to sign it with', async () => {
    await expect(given.store.signedUrl(at, { expiresInMs: 1000 })).rejects.toThrow('no secret');
  });
});
