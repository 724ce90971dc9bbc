import type { TaskIo } from '@clipfleet/object-store';
import { partSlot, type PartBlock } from '@clipfleet/timeline';

/**
 * An encode gives other bytes each time: deliveries write apart from each other where the store completes a subset of its
 * parts. Where it does not (Ceph RGW), a later one overwrites: what a lost worker still writes then changes an ETag, the
 * completion is refused, and the export starts again.
 */
export const attemptNumbers = (block: PartBlock, io: TaskIo, deliveryCount: number): PartBlock =>
  io.destination.abilities.subsetCompletion ? partSlot(block, deliveryCount) : block;
