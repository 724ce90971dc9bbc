import { link, mkdir, rename, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { errnoOf, fileError } from './file-errors.js';
import { syncFolder } from './write-file.js';

/** Often enough to win against deletes that prune the folder just made. */
const MAX_TRIES = 20;

export interface PublishOptions {
  ifAbsent: boolean;
  sync: boolean;
  place: StorePlace;
}

/**
 * Gives a finished file its object's name, in one step: a reader sees the old object or the whole new one. `rename` moves
 * it over what is there; `link` fails if anything is, whoever else tries at the same time. After `link` the old name stays.
 * Throws ENOENT untranslated when `finished` itself is gone.
 */
export async function publishFile(finished: string, target: string, options: PublishOptions): Promise<void> {
  const folder = dirname(target);
  for (let tries = 1; ; tries += 1) {
    try {
      await (options.ifAbsent ? link(finished, target) : rename(finished, target));
      break;
    } catch (error) {
      if (tries === MAX_TRIES) throw fileError(error, options.place);
      await makeRoom(error, { finished, target, folder }, options);
    }
  }
  if (options.sync) await syncFolder(folder).catch(() => undefined);
}

/** Does what lets the step succeed the next time, or throws why it never will. */
async function makeRoom(
  failure: unknown,
  { finished, target, folder }: { finished: string; target: string; folder: string },
  { place }: PublishOptions,
): Promise<void> {
  switch (errnoOf(failure)) {
    case 'ENOENT':
      await stat(finished); // gone: no folder would help
      return makeFolder(folder, place);
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      if ((await stat(target).catch(() => undefined))?.isDirectory() === true) return clearFolder(target, place);
      if (errnoOf(failure) === 'EEXIST') {
        throw new ObjectStoreError('precondition-failed', `${place.bucket}/${place.key} exists already`, place);
      }
      return; // it went away meanwhile
    default:
      throw madeOfObjects(failure, place);
  }
}

async function makeFolder(folder: string, place: StorePlace): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw madeOfObjects(error, place);
  }
}

const madeOfObjects = (failure: unknown, place: StorePlace): ObjectStoreError =>
  errnoOf(failure) === 'ENOTDIR' || errnoOf(failure) === 'EEXIST'
    ? new ObjectStoreError('invalid-key', `a part of ${place.bucket}/${place.key} before a "/" is an object`, place)
    : fileError(failure, place);

/** An empty folder is a leftover and gives way; one with objects in it is a prefix, and no object can have its name. */
async function clearFolder(path: string, place: StorePlace): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw new ObjectStoreError('invalid-key', `${place.bucket}/${place.key}/ has objects in it`, place, {
      cause: error,
    });
  }
}
