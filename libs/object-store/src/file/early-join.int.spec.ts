import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outcome } from '../conformance/given.js';
import type { UploadedPart } from '../object-store.js';
import { FileObjectStore } from './file-object-store.js';
import { BUCKET, type TemporaryStore, temporaryStore } from './testing/temporary-store.js';

const MIB = 1024 * 1024;
const FIVE_MIB = 5 * MIB;
const at = { bucket: BUCKET, key: 'a/clip.mp4' };

describe('parts that are joined before the last one is there', () => {
  let given: TemporaryStore;
  let uploadId: string;
  beforeEach(async () => {
    given = await temporaryStore();
    uploadId = await given.store.createUpload(at);
  });
  afterEach(() => given.remove());

  const bodies = new Map<string, Buffer>();
  const write = async (partNumber: number, sizeBytes: number): Promise<UploadedPart> => {
    const body = randomBytes(sizeBytes);
    const part = await given.store.uploadPart(at, uploadId, partNumber, body);
    bodies.set(part.etag, body);
    return part;
  };
  const complete = async (parts: UploadedPart[], store = given.store): Promise<void> => {
    await store.completeUpload(at, uploadId, parts);
    const expected = Buffer.concat(parts.map(({ etag }) => bodies.get(etag)!));
    expect((await readFile(join(given.bucketPath, at.key))).equals(expected)).toBe(true);
    await store.close();
    for (const folder of ['tmp', 'uploads']) {
      expect(await readdir(join(given.bucketPath, '.clipfleet', folder))).toEqual([]);
    }
  };
  const early = (name = 'joined-early'): string => join(given.bucketPath, '.clipfleet/uploads', uploadId, name);
  const prepare = (firstPartBytes: number, others: UploadedPart[], store = given.store): Promise<void> =>
    store.prepareCompletion(at, uploadId, { firstPartBytes, others });

  const FIRST_BYTES = FIVE_MIB + 12_345;
  it('are the same object, and only what is missing is left for the end', async () => {
    const second = await write(2, FIVE_MIB + 1);
    await prepare(FIRST_BYTES, [second]);
    expect((await stat(early())).size).toBe(10 * MIB); // whole transfers of 1 MiB
    const others = [second, await write(7, FIVE_MIB + 777), await write(8, 2 * FIVE_MIB), await write(9, 3)];
    await prepare(FIRST_BYTES, others.slice(0, 2));
    const { ino, size } = await stat(early());
    expect(size).toBe(15 * MIB);
    await complete([await write(1, FIRST_BYTES), ...others]);
    expect((await stat(join(given.bucketPath, at.key))).ino).toBe(ino);
  });

  it('are the same object while they are still being joined', async () => {
    const others = [await write(2, FIVE_MIB), await write(3, 6 * FIVE_MIB), await write(4, FIVE_MIB + 9)];
    const first = await write(1, FIRST_BYTES);
    const preparing = [1, 2, 3].map((count) => prepare(FIRST_BYTES, others.slice(0, count)));
    await complete([first, ...others]);
    // one that comes too late finds the upload closed
    const ends = await Promise.allSettled(preparing);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'no-such-upload' });
  });

  it.each([
    ['larger', 1],
    ['smaller', -1],
  ])('count for nothing when the first part is %s than was told', async (_name, difference) => {
    const others = [await write(2, 2 * FIVE_MIB), await write(3, 1)];
    await prepare(FIRST_BYTES, others);
    await complete([await write(1, FIRST_BYTES + difference), ...others]);
  });

  it('count for nothing when one was written again, or is left out', async () => {
    const [second, third] = [await write(2, 2 * FIVE_MIB), await write(3, FIVE_MIB)];
    await prepare(FIRST_BYTES, [second, third]);
    const again = await write(2, 2 * FIVE_MIB);
    const first = await write(1, FIRST_BYTES);
    expect(await outcome(given.store.completeUpload(at, uploadId, [first, second, third]))).toBe('invalid-part');
    expect(await outcome(prepare(FIRST_BYTES, [second, third]))).toBe('invalid-part');
    await complete([first, again]);
  });

  it('are joined by one process, and completed by any', async () => {
    const other = new FileObjectStore(given.config);
    const others = [await write(2, 2 * FIVE_MIB), await write(3, FIVE_MIB)];
    await prepare(FIRST_BYTES, others.slice(0, 1));
    const before = await stat(early());
    await prepare(FIRST_BYTES, others, other);
    expect((await stat(early())).mtimeMs).toBe(before.mtimeMs);
    await complete([await write(1, FIRST_BYTES), ...others], other);
  });

  it('are an open upload like any other: it can be aborted, and is not there afterwards', async () => {
    const others = [await write(2, 6 * FIVE_MIB), await write(3, FIVE_MIB)];
    const preparing = prepare(FIRST_BYTES, others).catch(({ code }) => expect(code).toBe('no-such-upload'));
    await given.store.abortUpload(at, uploadId);
    await preparing;
    expect(await outcome(prepare(FIRST_BYTES, others))).toBe('no-such-upload');
    expect(await given.store.head(at)).toBeUndefined();
    await given.store.close();
    expect(await readdir(join(given.bucketPath, '.clipfleet/tmp'))).toEqual([]);
  });

  it('keep no store from closing', async () => {
    const others = [await write(2, 20 * FIVE_MIB)];
    const preparing = prepare(FIRST_BYTES, others);
    await given.store.close();
    await preparing;
    await complete([await write(1, FIRST_BYTES), ...others]);
  });
});
