import type { ObjectLocation } from './object-store.js';
import { ObjectStoreError, type StorePlace } from './object-store-error.js';

/** S3 user guide, "Naming Amazon S3 objects": at most 1,024 bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;
/** Also the names older than S3's present rules: capitals and underscores. */
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is wrong with a key in every store; undefined when nothing is. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'it is empty';
  if (CONTROL_CHARACTER.test(key)) return 'it has a control character';
  if (LONE_SURROGATE.test(key)) return 'it is not well-formed Unicode';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  // Proxies and clients resolve dot segments, so such a key would name another object on its way.
  if (key.split('/').some((segment) => segment === '.' || segment === '..')) return 'it has a dot segment';
  return undefined;
}

export function checkBucket(storeId: string, bucket: string): void {
  if (!BUCKET_NAME.test(bucket)) {
    throw new ObjectStoreError('no-such-bucket', `${JSON.stringify(bucket.slice(0, 80))} is no bucket name`, {
      storeId,
    });
  }
}

/** Refuses a location no store may be asked for, and returns it as the place of later errors. */
export function checkLocation(storeId: string, at: ObjectLocation): StorePlace {
  checkBucket(storeId, at.bucket);
  const problem = keyProblem(at.key);
  if (problem !== undefined) {
    const shown = JSON.stringify(at.key.slice(0, 200));
    throw new ObjectStoreError('invalid-key', `the key ${shown} is refused: ${problem}`, {
      storeId,
      bucket: at.bucket,
    });
  }
  return { storeId, bucket: at.bucket, key: at.key };
}
