/** `short`: too few rests to say. */
export type Verdict = 'flat' | 'grows' | 'short';

export interface MemoryTrend {
  /** From the rests at which it is judged, in MB. */
  growthMb: number;
  verdict: Verdict;
}

/** Before any load, and after the first round, in which caches and pools fill. */
const RESTS_NOT_JUDGED = 2;
/** At one rest a connection is being closed, at another a timer's turn: the least of some is compared. */
const RESTS_COMPARED = 2;
const FEWEST_RESTS = RESTS_NOT_JUDGED + 2 * RESTS_COMPARED;
const ALLOWED_MB = 16;
const ALLOWED_SHARE = 0.1;

/** The rule in words, for who reads the verdict. */
export const RULE = `the least of the last ${RESTS_COMPARED} rests against the least of the ${RESTS_COMPARED} after the first round; it grows if that is more by over ${ALLOWED_MB} MB and by over ${ALLOWED_SHARE * 100} %`;

/** Of a process that has held these at its rests, the first one before any load. */
export const memoryTrend = (restsMb: readonly number[]): MemoryTrend => {
  if (restsMb.length < FEWEST_RESTS) return { growthMb: 0, verdict: 'short' };
  const before = Math.min(...restsMb.slice(RESTS_NOT_JUDGED, RESTS_NOT_JUDGED + RESTS_COMPARED));
  const growthMb = Math.min(...restsMb.slice(-RESTS_COMPARED)) - before;
  return { growthMb, verdict: growthMb > ALLOWED_MB && growthMb > ALLOWED_SHARE * before ? 'grows' : 'flat' };
};
