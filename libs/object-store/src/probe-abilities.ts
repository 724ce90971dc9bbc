import { randomUUID } from 'node:crypto';
import type { ObjectLocation, ObjectStore, StoreAbilities } from './object-store.js';
import { ObjectStoreError } from './object-store-error.js';
import { MIN_PART_BYTES } from './parts/part-cutter.js';
import { S3ObjectStore } from './s3/s3-object-store.js';
import { S3_ABILITIES } from './store-config.js';

/** Finds out what a store can do by doing it, with 11 MiB under `.clipfleet-probe-…` keys that are removed again. */
export async function probeAbilities(store: ObjectStore, bucket: string): Promise<StoreAbilities> {
  // Abilities it is configured not to have would be stood in for.
  const candid = store instanceof S3ObjectStore ? store.withAbilities(S3_ABILITIES) : store;
  const at: ObjectLocation = { bucket, key: `.clipfleet-probe-${randomUUID()}` };
  try {
    await candid.put(at, new TextEncoder().encode('probe'));
    return {
      conditionalCreate: (await refusesToReplace(candid, at)) && (await refusesToCompleteOver(candid, at)),
      storeCopy: await copies(candid, at),
      equalParts: !(await takesUnequalParts(candid, at)),
      subsetCompletion: await completesSubsets(candid, at),
    };
  } finally {
    await candid.delete(at).catch(() => undefined);
    if (candid !== store) await candid.close();
  }
}

async function refusesToReplace(store: ObjectStore, at: ObjectLocation): Promise<boolean> {
  return (await outcome(store.put(at, new Uint8Array(1), { ifAbsent: true }))) === 'precondition-failed';
}

async function refusesToCompleteOver(store: ObjectStore, at: ObjectLocation): Promise<boolean> {
  return withUpload(store, at, async (uploadId) => {
    const part = await store.uploadPart(at, uploadId, 1, new Uint8Array(1));
    return (await outcome(store.completeUpload(at, uploadId, [part], { ifAbsent: true }))) === 'precondition-failed';
  });
}

async function copies(store: ObjectStore, at: ObjectLocation): Promise<boolean> {
  return withUpload(
    store,
    at,
    async (uploadId) => (await outcome(store.uploadPartCopy(at, uploadId, 1, at, { sourceBytes: 5 }))) === 'done',
  );
}

async function takesUnequalParts(store: ObjectStore, at: ObjectLocation): Promise<boolean> {
  return withUpload(store, at, async (uploadId) => {
    const sizes = [MIN_PART_BYTES, MIN_PART_BYTES + 1024, 1];
    const parts = [];
    for (const [index, sizeBytes] of sizes.entries()) {
      parts.push(await store.uploadPart(at, uploadId, index + 1, new Uint8Array(sizeBytes)));
    }
    return (await outcome(store.completeUpload(at, uploadId, parts))) === 'done';
  });
}

async function completesSubsets(store: ObjectStore, at: ObjectLocation): Promise<boolean> {
  return withUpload(store, at, async (uploadId) => {
    await store.uploadPart(at, uploadId, 1, new Uint8Array(1));
    const listed = await store.uploadPart(at, uploadId, 2, new Uint8Array(1));
    return (await outcome(store.completeUpload(at, uploadId, [listed]))) === 'done';
  });
}

async function withUpload<T>(
  store: ObjectStore,
  at: ObjectLocation,
  use: (uploadId: string) => Promise<T>,
): Promise<T> {
  const uploadId = await store.createUpload(at);
  try {
    return await use(uploadId);
  } finally {
    await store.abortUpload(at, uploadId);
  }
}

/** A refusal is an answer; a store that cannot be reached or used has not answered. */
async function outcome(call: Promise<unknown>): Promise<'done' | 'precondition-failed' | 'refused'> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || error.code === 'access-denied') throw error;
    if (error.code === 'unavailable' && !isNotImplemented(error.cause)) throw error;
    return error.code === 'precondition-failed' ? 'precondition-failed' : 'refused';
  }
}

const isNotImplemented = (cause: unknown): boolean =>
  (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode === 501;
