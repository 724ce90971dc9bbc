import { TimelineError } from '../timeline/timeline-error.js';
import { partSlot } from './part-slot.js';
import { DEFAULT_PLAN_LIMITS, type PlanLimits } from './plan-input.js';
import type { RemuxRangeTask } from './task.js';

const MIB = 1024 * 1024;
/** The least part may be folded into the one before it. */
const { minPartBytes: MIN_PART_BYTES } = DEFAULT_PLAN_LIMITS;

/**
 * How much larger than its source a payload can get: a NAL unit of one byte behind a start code of three (ISO/IEC 14496-10
 * annex B) becomes one behind a length of four (ISO/IEC 14496-15 §5.3).
 */
export const MOST_GROWTH = 5 / 4;

/** Part numbers for the payload of a range. One that is alone keeps its first for the header. */
export const payloadPartCount = ({
  partBlock,
  rangeCount,
}: Pick<RemuxRangeTask, 'partBlock' | 'rangeCount'>): number =>
  rangeCount === 1 ? partBlock.partCount - 1 : partBlock.partCount;

/**
 * Size of the parts of a range: as small as wished (parts in flight are a worker's memory), and as large as it takes for the
 * range never to leave its block of part numbers, whatever its source turns out to hold.
 */
export const rangePartBytes = (
  task: Pick<RemuxRangeTask, 'partBlock' | 'rangeCount' | 'workBytes'>,
  wishedBytes: number,
): number => {
  const mostBytes = Math.ceil(task.workBytes * MOST_GROWTH);
  // parts are cut while a target and a least part are held: `count` of them hold count · target + least − 1 bytes
  const neededBytes = (mostBytes - MIN_PART_BYTES + 1) / payloadPartCount(task);
  return Math.max(wishedBytes, Math.ceil(neededBytes / MIB) * MIB);
};

/** The largest part that any delivery of the task holds: with encoded edges each has but a slot of the numbers. */
export const heldPartBytes = (task: RemuxRangeTask, wishedBytes: number): number =>
  rangePartBytes(task.encodesEdges ? { ...task, partBlock: partSlot(task.partBlock, 1) } : task, wishedBytes);

/** Refuses a range whose parts no worker could hold. */
export const assertPartsFit = (task: RemuxRangeTask, limits: PlanLimits): void => {
  if (heldPartBytes(task, 0) <= limits.maxHeldPartBytes) return;
  const { workBytes, rangeIndex } = task;
  const text = `Range ${rangeIndex} of ${workBytes} bytes is too large for its ${payloadPartCount(task)} parts.`;
  throw new TimelineError('too-long', text, { workBytes });
};
