import { heldPartBytes, type PlannedTask } from '@clipfleet/timeline';
import type { SegmentWorkerConfig } from '../segment-worker-config.js';

/** Payload that waits to become a part: the part that is being filled, and the least one that is held back behind it. */
const FILLING_PARTS = 2;

/**
 * What a remux holds in memory is the configured number of parts: those that are being filled, and those in flight. Fewer of
 * the latter where parts must be larger than configured.
 */
export const partsInFlight = (
  task: PlannedTask,
  { partBytes, uploadConcurrency }: Pick<SegmentWorkerConfig, 'partBytes' | 'uploadConcurrency'>,
): number => {
  if (task.kind !== 'remux-range') return uploadConcurrency;
  const heldParts = Math.floor((uploadConcurrency * partBytes) / heldPartBytes(task, partBytes));
  return Math.max(1, heldParts - FILLING_PARTS);
};
