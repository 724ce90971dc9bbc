import { heldPartBytes, type PlannedTask } from '@clipfleet/timeline';
import type { SegmentWorkerConfig } from '../segment-worker-config.js';

/** Fewer at once where parts must be larger than configured: what a task holds in memory stays about the same. */
export const partsInFlight = (
  task: PlannedTask,
  { partBytes, uploadConcurrency }: Pick<SegmentWorkerConfig, 'partBytes' | 'uploadConcurrency'>,
): number => {
  if (task.kind !== 'remux-range') return uploadConcurrency;
  return Math.max(1, Math.floor((uploadConcurrency * partBytes) / heldPartBytes(task, partBytes)));
};
