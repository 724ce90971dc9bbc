import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { errnoOf } from './file-errors.js';
import { type PartPointer, readPartPointer } from './part-pointer.js';

/** A part of an upload, as it was when it was looked up. */
export interface StoredPart extends PartPointer {
  partNumber: number;
}

/** A writer that replaces the same part more often than this while it is being opened is not a second delivery. */
const MAX_LOOKS = 16;

/**
 * Runs `use` on the part's data file. A redelivered task may write a part again while the upload is completed: the data
 * file that was looked up is gone then, and another with the same bytes stands for the part. Throws `invalid-part` when the
 * bytes are others; ENOENT when the upload itself is gone.
 */
export async function withCurrentPart<T>(
  folder: string,
  part: StoredPart,
  place: StorePlace,
  use: (part: StoredPart) => Promise<T>,
): Promise<T> {
  let current = part;
  for (let look = 1; ; look++) {
    try {
      return await use(current);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || look === MAX_LOOKS) throw error;
      const pointer = await readPartPointer(folder, part.partNumber);
      if (pointer === undefined) throw error;
      if (pointer.etag !== part.etag) {
        const where = { ...place, partNumber: part.partNumber };
        throw new ObjectStoreError('invalid-part', `part ${part.partNumber} was replaced`, where, { cause: error });
      }
      current = { ...pointer, partNumber: part.partNumber };
    }
  }
}
