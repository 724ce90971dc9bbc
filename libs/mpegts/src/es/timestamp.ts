import { CLOCK_WRAP_TICKS } from '../rebase/stamps.js';

/** Media time is counted in ticks of the 90 kHz system clock. */
export const TICKS_PER_SECOND = 90_000;

/** The value congruent to `ticks` modulo 2^33 that lies nearest to `referenceTicks`. */
export const unwrapTicks = (ticks: number, referenceTicks: number): number =>
  ticks + Math.round((referenceTicks - ticks) / CLOCK_WRAP_TICKS) * CLOCK_WRAP_TICKS;
