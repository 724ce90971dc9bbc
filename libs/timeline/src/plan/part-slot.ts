import type { PartBlock } from './task.js';

/** Consecutive attempts that never meet. More would leave too few numbers of the 10,000 to each. */
const SLOT_COUNT = 8;

/**
 * The part numbers one attempt at a task may write, when doing the task twice does not give the same bytes: attempts that are
 * likely to overlap (a delivery and the next ones) have disjoint numbers, so that what a lost worker still writes is never
 * listed. Those that share numbers cannot mix their bytes either: a completion lists the ETags of one report, and is refused
 * when a part has another. `attemptNumber`: from 1, consecutive for the deliveries of a message.
 */
export const partSlot = ({ firstPartNumber, partCount }: PartBlock, attemptNumber: number): PartBlock => {
  const slotParts = Math.max(1, Math.floor(partCount / SLOT_COUNT));
  const slotIndex = (attemptNumber - 1) % Math.min(SLOT_COUNT, partCount);
  return { firstPartNumber: firstPartNumber + slotIndex * slotParts, partCount: slotParts };
};

/**
 * The same for a store that may not complete a subset of its parts (Ceph RGW): there a later attempt overwrites. What a lost
 * worker still writes then changes an ETag, the completion is refused, and the export starts again.
 */
export const attemptParts = (
  block: PartBlock,
  { subsetCompletion }: { subsetCompletion: boolean },
  attemptNumber: number,
): PartBlock => (subsetCompletion ? partSlot(block, attemptNumber) : block);
