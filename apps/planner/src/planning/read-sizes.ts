import type { ObjectStore } from '@clipfleet/object-store';
import pLimit from 'p-limit';

/** Up to this many objects are asked for one by one: as fast as one listing. */
const HEAD_AT_MOST = 16;
const HEAD_CONCURRENCY = 16;
/** A listing that shows this many strangers for each wanted key is given up. */
const MAX_STRANGERS_PER_KEY = 8;
const MIN_LISTED = 4000;

/**
 * Size of each object, `undefined` for those that do not exist. Objects of one folder are found by listing it from the
 * first wanted key to the last (1,000 keys a request); what a listing cannot serve is asked for one by one.
 */
export const readSizes = async (
  store: ObjectStore,
  bucket: string,
  keys: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, number | undefined>> => {
  const wanted = new Set(keys);
  const sizes = new Map<string, number | undefined>();
  if (wanted.size > HEAD_AT_MOST) {
    for (const folder of byFolder(wanted).values()) {
      if (folder.length > HEAD_AT_MOST) await listFolder(store, bucket, folder, sizes, signal);
    }
  }
  const limit = pLimit(HEAD_CONCURRENCY);
  const missing = [...wanted].filter((key) => !sizes.has(key));
  await Promise.all(
    missing.map((key) =>
      limit(async () => {
        signal.throwIfAborted();
        sizes.set(key, (await store.head({ bucket, key }, { signal }))?.sizeBytes);
      }),
    ),
  );
  return sizes;
};

const byFolder = (keys: ReadonlySet<string>): Map<string, string[]> => {
  const folders = new Map<string, string[]>();
  for (const key of keys) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const inFolder = folders.get(folder);
    if (inFolder) inFolder.push(key);
    else folders.set(folder, [key]);
  }
  return folders;
};

/** Fills `sizes`; a wanted key that the listing passed by does not exist. */
const listFolder = async (
  store: ObjectStore,
  bucket: string,
  wanted: readonly string[],
  sizes: Map<string, number | undefined>,
  signal: AbortSignal,
): Promise<void> => {
  const sorted = wanted.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  const isWanted = new Set(wanted);
  const budget = Math.max(MIN_LISTED, wanted.length * MAX_STRANGERS_PER_KEY);
  // startAfter is exclusive: shorten the first key by its last character to be before it
  const options = { startAfter: first.slice(0, -1), signal };
  let listed = 0;
  for await (const object of store.list(bucket, commonPrefix(first, last), options)) {
    listed += 1;
    if (isWanted.has(object.key)) sizes.set(object.key, object.sizeBytes);
    if (object.key >= last) break;
    if (listed > budget) return;
  }
  for (const key of wanted) if (!sizes.has(key)) sizes.set(key, undefined);
};

const commonPrefix = (a: string, b: string): string => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
};
