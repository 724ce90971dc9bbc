import { randomUUID } from 'node:crypto';
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './file-errors.js';

/**
 * Which data file a part number stands for. It is the text of a symbolic link (`part-7` → `<data file>:<size>:<etag>`),
 * because a link is made with its text in it, is replaced by one rename, and is read by one call: two writers of one part
 * never leave a mixture of the two.
 */
export interface PartPointer {
  /** `data-…`: a file of ours. `link-…`: a source object's own file, which someone else may write to. */
  dataName: string;
  sizeBytes: number;
  etag: string;
}

const pointerPath = (folder: string, partNumber: number): string => join(folder, `part-${partNumber}`);

/** Undefined when the part was never written. */
export async function readPartPointer(folder: string, partNumber: number): Promise<PartPointer | undefined> {
  try {
    const [dataName, size, etag] = (await readlink(pointerPath(folder, partNumber))).split(':');
    return { dataName, sizeBytes: Number(size), etag };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The part is the new data from here on; what it was before is removed. */
export async function writePartPointer(folder: string, partNumber: number, pointer: PartPointer): Promise<void> {
  const previous = await readPartPointer(folder, partNumber);
  const fresh = join(folder, `new-${randomUUID()}`);
  await symlink(`${pointer.dataName}:${pointer.sizeBytes}:${pointer.etag}`, fresh);
  await rename(fresh, pointerPath(folder, partNumber));
  if (previous !== undefined) await rm(join(folder, previous.dataName), { force: true });
}
