import type { PartBlock } from './task.js';

/** Deliveries that never meet: a ninth would share numbers with the first, long after that one was given up. */
const SLOT_COUNT = 8;

/**
 * The part numbers one delivery of a task may write, when doing the task twice does not give the same bytes: two deliveries
 * have disjoint numbers, so that what a lost worker still writes is never listed. `deliveryCount` is 1-based.
 */
export const partSlot = ({ firstPartNumber, partCount }: PartBlock, deliveryCount: number): PartBlock => {
  const slotParts = Math.max(1, Math.floor(partCount / SLOT_COUNT));
  const slotIndex = (deliveryCount - 1) % Math.min(SLOT_COUNT, partCount);
  return { firstPartNumber: firstPartNumber + slotIndex * slotParts, partCount: slotParts };
};
