import { randomBytes } from 'node:crypto';
import type { ObjectLocation, ObjectStore, UploadedPart } from '../object-store.js';
import { ObjectStoreError } from '../object-store-error.js';
import { MIN_PART_BYTES } from '../parts/part-cutter.js';

/** Where stores differ and may: each a fact about the driver or the server, asserted on both sides. */
export interface StoreFacts {
  /** `a` and `a/b` side by side, and keys with `//` or a "/" at an end: a directory cannot hold them. */
  keysAreFree: boolean;
  /** Told at the write, or by the extension. */
  keepsContentType: boolean;
  /** Ceph RGW refuses a completion that does not list every stored part. */
  completesSubsets: boolean;
}

/** What a suite is run against. */
export interface Given {
  /** Open once the suite's `beforeAll` has run. */
  store(): ObjectStore;
  bucket: string;
  facts: StoreFacts;
}

export const FIVE_MIB = randomBytes(MIN_PART_BYTES);
export const SMALL = randomBytes(1000);

let counter = 0;
/** A key nobody else in the run uses. */
export const freshKey = (given: Given, name: string): ObjectLocation => {
  counter += 1;
  return { bucket: given.bucket, key: `${name}/${counter}.bin` };
};

/** How a call ended: `done`, or the code of its failure. Anything but an ObjectStoreError is thrown on. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof ObjectStoreError) return error.code;
    throw error;
  }
}

export async function bytesOf(given: Given, at: ObjectLocation): Promise<Buffer> {
  return Buffer.from(await given.store().getBytes(at, { limitBytes: 64 * 1024 * 1024 }));
}

export async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Jest prints megabytes when two buffers differ; this says where. */
export function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  const differsAt = actual.findIndex((byte, index) => byte !== expected[index]);
  const summary = (bytes: Uint8Array, at: number): string => `${bytes.byteLength} bytes, first difference at ${at}`;
  if (actual.byteLength !== expected.byteLength || differsAt !== -1) {
    throw new Error(`got ${summary(actual, differsAt)}; want ${expected.byteLength} bytes`);
  }
}

/** An open upload with the given parts, numbered from 1. */
export async function uploadWith(
  given: Given,
  at: ObjectLocation,
  bodies: readonly Uint8Array[],
): Promise<{ uploadId: string; parts: UploadedPart[] }> {
  const uploadId = await given.store().createUpload(at);
  const parts: UploadedPart[] = [];
  for (const [index, body] of bodies.entries()) {
    parts.push(await given.store().uploadPart(at, uploadId, index + 1, body));
  }
  return { uploadId, parts };
}

export async function keysUnder(given: Given, prefix: string, startAfter?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of given.store().list(given.bucket, prefix, { startAfter })) keys.push(key);
  return keys;
}
