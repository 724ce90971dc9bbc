import type { PlanLimits } from './plan-input.js';

/** What the number of ranges follows from, apart from the bytes. */
export type ShareLimits = Pick<PlanLimits, 'smallOutputBytes' | 'taskStreamBytes' | 'idleSlots' | 'idleRangeBytes'>;
export type RangeLimits = ShareLimits & Pick<PlanLimits, 'minRangeBytes' | 'maxRanges' | 'maxParts'>;

/**
 * How many workers share work of `totalBytes`. A budget of bytes for each says how many at least; slots that are idle now
 * make it more, one range each, as long as a range is worth its round trips. A small output is one worker's. `rounds`: ranges for each
 * idle slot, one after another, where something is gained by ends that come early.
 */
export const shareCount = (totalBytes: number, limits: ShareLimits, rounds = 1): number => {
  if (totalBytes <= limits.smallOutputBytes) return 1;
  const byBudget = Math.ceil(totalBytes / limits.taskStreamBytes);
  const worthIt = Math.floor(totalBytes / limits.idleRangeBytes);
  const { idleSlots } = limits;
  const byIdleSlots =
    worthIt <= idleSlots ? worthIt : idleSlots * Math.min(rounds, Math.floor(worthIt / Math.max(1, idleSlots)));
  return Math.max(1, byBudget, byIdleSlots);
};

/** The same for ranges of which each but the last has parts of its own to fill. */
export const rangeCountFor = (totalBytes: number, limits: RangeLimits, rounds = 1): number => {
  const most = Math.min(limits.maxRanges, limits.maxParts - 1, Math.floor(totalBytes / limits.minRangeBytes));
  return Math.max(1, Math.min(most, shareCount(totalBytes, limits, rounds)));
};
