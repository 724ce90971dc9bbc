import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskRequested } from '@clipfleet/contracts';
import { createStores, type ObjectStores } from '../create-stores.js';
import type { ObjectLocation, ObjectStore } from '../object-store.js';
import { TaskIo } from './task-io.js';

const HEAD = new Uint8Array(1_000).fill(7);

describe('the first bytes of an output, beside it', () => {
  let rootPath: string;
  let stores: ObjectStores;
  let store: ObjectStore;
  beforeAll(async () => {
    rootPath = await mkdtemp(join(tmpdir(), 'clipfleet-task-io-'));
    stores = createStores([{ id: 'local', driver: 'file', locations: ['local'], rootPath, syncWrites: false }]);
    store = stores.get('local');
    await store.ensureBucket('out');
  });
  afterAll(async () => {
    await stores.close();
    await rm(rootPath, { recursive: true, force: true });
  });

  let count = 0;
  const begin = async (signal = new AbortController().signal) => {
    const at: ObjectLocation = { bucket: 'out', key: `${count++}/a.mp4` };
    const uploadId = await store.createUpload(at);
    const message = { upload: { uploadId, destination: { storeId: 'local', ...at } } } as unknown as TaskRequested;
    const headAt = { ...at, key: `${at.key}-head` };
    return { at, uploadId, headAt, io: new TaskIo(stores, message, { signal, onProgress: () => {} }) };
  };

  it('stay while the upload is open', async () => {
    const { io, headAt } = await begin();
    await io.putBeside(headAt.key, HEAD);
    expect(await store.head(headAt)).toMatchObject({ sizeBytes: HEAD.length });
  });

  it.each([
    ['completed', async (at: ObjectLocation, uploadId: string) => void (await complete(at, uploadId))],
    ['aborted', (at: ObjectLocation, uploadId: string) => store.abortUpload(at, uploadId)],
  ])('are taken back by a worker that comes after the upload was %s', async (_, end) => {
    const { io, at, uploadId, headAt } = await begin();
    // another upload of the same key does not count
    await store.createUpload(at);
    await end(at, uploadId);
    await expect(io.putBeside(headAt.key, HEAD)).rejects.toMatchObject({
      code: 'upload-failed',
      details: { uploadLost: true },
    });
    expect(await store.head(headAt)).toBeUndefined();
  });

  it('are taken back by a worker that is stopped when the store may have them', async () => {
    const stopping = new AbortController();
    const { io, at, uploadId, headAt } = await begin(stopping.signal);
    await store.abortUpload(at, uploadId);
    await store.put(headAt, HEAD);
    stopping.abort(new Error('the export has ended'));
    await expect(io.putBeside(headAt.key, HEAD)).rejects.toThrow('the export has ended');
    expect(await store.head(headAt)).toBeUndefined();
  });

  const complete = async (at: ObjectLocation, uploadId: string): Promise<unknown> =>
    store.completeUpload(at, uploadId, [await store.uploadPart(at, uploadId, 1, HEAD)]);
});
