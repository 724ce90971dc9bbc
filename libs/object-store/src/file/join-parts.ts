import { type BigIntStats, constants } from 'node:fs';
import { copyFile, type FileHandle, link, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { type StoredPart, withCurrentPart } from './current-part.js';
import { linkedPartEtag } from './etags.js';
import { throwIfAborted } from './file-errors.js';
import { writeFully } from './write-file.js';

const BUFFER_BYTES = 1024 * 1024;

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
  const target = await open(joined, 'wx');
  const buffer = new Uint8Array(BUFFER_BYTES);
  try {
    for (const part of parts) {
      throwIfAborted(options.signal, options.place);
      await appendPart(target, folder, part, buffer, options.place);
    }
    if (options.sync) await target.datasync();
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
  target: FileHandle,
  folder: string,
  part: StoredPart,
  buffer: Uint8Array,
  place: StorePlace,
): Promise<void> {
  const source = await withCurrentPart(folder, part, place, ({ dataName }) => open(join(folder, dataName), 'r'));
  try {
    let leftBytes = part.sizeBytes;
    while (leftBytes > 0) {
      const { bytesRead } = await source.read(buffer, 0, Math.min(leftBytes, BUFFER_BYTES));
      if (bytesRead === 0) throw new ObjectStoreError('invalid-part', `the data of part ${part.etag} is short`, place);
      await writeFully(target, [buffer.subarray(0, bytesRead)]);
      leftBytes -= bytesRead;
    }
    if (isLinked(part)) checkLinked(part, await source.stat({ bigint: true }), place);
  } finally {
    await source.close();
  }
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
