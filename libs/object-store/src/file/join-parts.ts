import { type BigIntStats, constants } from 'node:fs';
import { copyFile, link, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { type StoredPart, withCurrentPart } from './current-part.js';
import { linkedPartEtag } from './etags.js';
import { throwIfAborted } from './file-errors.js';
import { NewFile } from './new-file.js';
import { openDirect, readPieces } from './read-pieces.js';

export interface JoinOptions {
  sync: boolean;
  place: StorePlace;
  signal?: AbortSignal;
}

/** Makes `joined` of the parts' data files in `folder`, which stay as they are. */
export async function joinParts(
  folder: string,
  parts: readonly StoredPart[],
  joined: string,
  options: JoinOptions,
): Promise<void> {
  if (parts.length === 1) return takeOnlyPart(folder, parts[0], joined, options.place);
  const target = await NewFile.create(joined, options);
  try {
    for (const part of parts) {
      throwIfAborted(options.signal, options.place);
      await appendPart(target, folder, part, options);
    }
    await target.finish();
  } finally {
    await target.close();
  }
}

/** A data file of ours becomes the object without a copy; a source's file must not become two objects. */
function takeOnlyPart(folder: string, only: StoredPart, joined: string, place: StorePlace): Promise<void> {
  return withCurrentPart(folder, only, place, async (part) => {
    const data = join(folder, part.dataName);
    if (!isLinked(part)) return link(data, joined);
    await copyFile(data, joined, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    checkLinked(part, await stat(data, { bigint: true }), place);
  });
}

async function appendPart(
  target: NewFile,
  folder: string,
  part: StoredPart,
  { sync, place }: JoinOptions,
): Promise<void> {
  let copiedBytes = 0;
  // What was waited for is on the disk; what was not, or is another program's, may be in memory alone.
  for (const isDirect of sync && !isLinked(part) ? [true, false] : [false]) {
    const source = await withCurrentPart(folder, part, place, ({ dataName }) => {
      const path = join(folder, dataName);
      return isDirect ? openDirect(path) : open(path, 'r');
    });
    try {
      for await (const piece of readPieces(source, [copiedBytes, part.sizeBytes])) {
        await target.append(piece);
        copiedBytes += piece.byteLength;
      }
      if (isLinked(part)) checkLinked(part, await source.stat({ bigint: true }), place);
    } finally {
      await source.close();
    }
    if (copiedBytes === part.sizeBytes) return;
  }
  throw new ObjectStoreError('invalid-part', `the data of part ${part.etag} is short`, place);
}

const isLinked = (part: StoredPart): boolean => part.dataName.startsWith('link-');

/** Once its bytes are read: a source that another program has written to since is not what was copied. */
function checkLinked(part: StoredPart, stats: BigIntStats, place: StorePlace): void {
  if (linkedPartEtag(stats) === part.etag) return;
  throw new ObjectStoreError(
    'invalid-part',
    `the source of part ${part.etag} was written to after it was copied`,
    place,
  );
}
