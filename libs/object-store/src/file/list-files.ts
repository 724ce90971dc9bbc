import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keyProblem } from '../location-rules.js';
import type { ObjectInfo } from '../object-store.js';
import { compareKeys } from './compare-keys.js';
import { contentTypeOf } from './content-types.js';
import { objectEtag } from './etags.js';
import { isMissing } from './file-errors.js';
import { HIDDEN_FOLDER } from './file-paths.js';

/** As many stats at once as keep the thread pool busy. */
const BATCH = 64;

interface Wanted {
  prefix: string;
  startAfter: string;
}

/** The objects of a bucket's folder under a prefix, in S3's order. Folders behind symbolic links are not entered. */
export async function* listFiles(bucketPath: string, wanted: Wanted): AsyncGenerator<ObjectInfo> {
  // Only what lies below the last "/" of the prefix can match; the rest of the tree is not read.
  const folderKey = wanted.prefix.slice(0, wanted.prefix.lastIndexOf('/') + 1);
  const segments = folderKey.split('/').slice(0, -1);
  if (segments[0] === HIDDEN_FOLDER || segments.some((s) => s === '' || s === '.' || s === '..')) return;
  let batch: string[] = [];
  for await (const key of walk(join(bucketPath, ...segments), folderKey, wanted)) {
    batch.push(key);
    if (batch.length < BATCH) continue;
    yield* await infosOf(bucketPath, batch);
    batch = [];
  }
  yield* await infosOf(bucketPath, batch);
}

async function* walk(folder: string, folderKey: string, wanted: Wanted): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return []; // pruned, or never there
    throw error;
  });
  // A folder stands in the order as its name with the slash, so "a-b" comes before "a/b".
  const names = entries
    .filter((entry) => folderKey !== '' || entry.name !== HIDDEN_FOLDER)
    .filter((entry) => entry.isFile() || entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted(compareKeys);
  for (const name of names) {
    const key = folderKey + name;
    if (name.endsWith('/')) {
      if (mayHold(key, wanted)) yield* walk(join(folder, name), key, wanted);
    } else if (
      key.startsWith(wanted.prefix) &&
      compareKeys(key, wanted.startAfter) > 0 &&
      keyProblem(key) === undefined
    ) {
      yield key;
    }
  }
}

const mayHold = (folderKey: string, { prefix, startAfter }: Wanted): boolean =>
  (folderKey.startsWith(prefix) || prefix.startsWith(folderKey)) &&
  (startAfter.startsWith(folderKey) || compareKeys(folderKey, startAfter) > 0);

async function infosOf(bucketPath: string, keys: readonly string[]): Promise<ObjectInfo[]> {
  const infos = await Promise.all(keys.map((key) => objectInfo(join(bucketPath, key), key)));
  return infos.filter((info) => info !== undefined);
}

/** Undefined when there is no file of that name. */
export async function objectInfo(path: string, key: string): Promise<ObjectInfo | undefined> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return undefined;
    return {
      key,
      sizeBytes: Number(stats.size),
      etag: objectEtag(stats),
      lastModifiedMs: Number(stats.mtimeMs),
      contentType: contentTypeOf(key),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
