import { median } from '@clipfleet/local-stack';

export interface MemorySample {
  /** Since the load began. */
  atS: number;
  mb: number;
}

/** `short`: too few samples to say. */
export type Verdict = 'flat' | 'grows' | 'short';

export interface MemoryTrend {
  firstMb: number;
  medianMb: number;
  mostMb: number;
  /** Of the lower envelope in the second half. */
  slopeMbPerHour: number;
  /** What that slope makes of the second half. */
  growthMb: number;
  verdict: Verdict;
}

/** Fewer in the second half tell nothing. */
const WINDOWS = 12;
const MIN_SAMPLES_A_WINDOW = 2;
/** Growth that is none: caches and pools that fill. */
const ALLOWED_MB = 16;
const ALLOWED_SHARE = 0.1;

/** The rule in words, for who reads the verdict. */
export const RULE = `the second half of the run, in ${WINDOWS} windows; a line by least squares through the least value of each; it grows if that line rises by more than ${ALLOWED_MB} MB and by more than ${ALLOWED_SHARE * 100} % of the median`;

/** Memory goes up and down with the work and the garbage; what a leak moves is the least of it. */
export const memoryTrend = (samples: readonly MemorySample[]): MemoryTrend => {
  const later = samples.slice(Math.floor(samples.length / 2));
  const all = samples.map(({ mb }) => mb);
  const facts = { firstMb: all[0] ?? 0, medianMb: all.length > 0 ? median(all) : 0, mostMb: Math.max(0, ...all) };
  if (later.length < WINDOWS * MIN_SAMPLES_A_WINDOW) {
    return { ...facts, slopeMbPerHour: 0, growthMb: 0, verdict: 'short' };
  }
  const size = later.length / WINDOWS;
  const envelope = Array.from({ length: WINDOWS }, (_, n) => {
    const window = later.slice(Math.floor(n * size), Math.floor((n + 1) * size));
    return window.reduce((least, sample) => (sample.mb < least.mb ? sample : least));
  });
  const slope = slopeOf(envelope);
  const growthMb = slope * (later.at(-1)!.atS - later[0].atS);
  const grows = growthMb > ALLOWED_MB && growthMb > ALLOWED_SHARE * facts.medianMb;
  return { ...facts, slopeMbPerHour: slope * 3600, growthMb, verdict: grows ? 'grows' : 'flat' };
};

/** MB a second, by least squares. */
const slopeOf = (samples: readonly MemorySample[]): number => {
  const meanS = samples.reduce((sum, { atS }) => sum + atS, 0) / samples.length;
  const meanMb = samples.reduce((sum, { mb }) => sum + mb, 0) / samples.length;
  const covariance = samples.reduce((sum, { atS, mb }) => sum + (atS - meanS) * (mb - meanMb), 0);
  const variance = samples.reduce((sum, { atS }) => sum + (atS - meanS) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
};
