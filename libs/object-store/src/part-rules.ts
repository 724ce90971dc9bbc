import type { CompletedPart } from './object-store.js';
import { ObjectStoreError, type StorePlace } from './object-store-error.js';

/** S3 user guide, "Amazon S3 multipart upload limits". */
export const MAX_PART_NUMBER = 10_000;

/** Checked here because not every server does: Ceph RGW 20 takes 0 and 10,001. */
export function checkPartNumber(partNumber: number, place: StorePlace): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PART_NUMBER) {
    throw new ObjectStoreError(
      'invalid-part',
      `part number ${partNumber} is not between 1 and ${MAX_PART_NUMBER}`,
      place,
    );
  }
}

/** Checked here because not every server does: Ceph RGW 20 completes parts in any order. */
export function checkPartList(parts: readonly CompletedPart[], place: StorePlace): void {
  if (parts.length === 0)
    throw new ObjectStoreError('invalid-part', 'an upload cannot be completed without parts', place);
  let previous = 0;
  for (const { partNumber } of parts) {
    checkPartNumber(partNumber, place);
    if (partNumber <= previous) {
      throw new ObjectStoreError('invalid-part', `part ${partNumber} is listed after part ${previous}`, {
        ...place,
        partNumber,
      });
    }
    previous = partNumber;
  }
}
