import { median, medianRatio, relativeSpread } from '../measure/statistics.js';
import type { CpuSeconds } from '../measure/cpu-time.js';
import type { BenchCase } from './bench-case.js';

export interface SideOfRound {
  value: number;
  cpuSeconds: CpuSeconds;
}

export interface Round {
  ours: SideOfRound;
  baseline: SideOfRound;
}

/** One line of the table and of the JSON. */
export interface BenchResult {
  name: string;
  /** Medians. */
  ours: number;
  baseline: number;
  /** Over 1: we are better. Median of the rounds' ratios. */
  ratio: number;
  unit: string;
  limit: string;
  what: { ours: string; baseline: string };
  /** Half of the rounds' ratios lie so near to the median, as a share of it. */
  ratioSpread: number;
  /** Medians, by process: where there is /proc. */
  oursCpuSeconds: CpuSeconds;
  baselineCpuSeconds: CpuSeconds;
  rounds: { ours: number; baseline: number }[];
}

export const resultOf = ({ name, unit, better, limit, what }: BenchCase, rounds: readonly Round[]): BenchResult => {
  const pairs = rounds.map(({ ours, baseline }) => ({ ours: ours.value, baseline: baseline.value }));
  const ratios = pairs.map((pair) => medianRatio([pair], better));
  return {
    name,
    ours: median(pairs.map((pair) => pair.ours)),
    baseline: median(pairs.map((pair) => pair.baseline)),
    ratio: medianRatio(pairs, better),
    unit,
    limit,
    what,
    ratioSpread: relativeSpread(ratios),
    oursCpuSeconds: medianCpu(rounds.map(({ ours }) => ours.cpuSeconds)),
    baselineCpuSeconds: medianCpu(rounds.map(({ baseline }) => baseline.cpuSeconds)),
    rounds: pairs,
  };
};

/** Processes that did next to nothing are left out. */
const LEAST_CPU_SECONDS = 0.02;

const medianCpu = (samples: readonly CpuSeconds[]): CpuSeconds => {
  const names = Object.keys(samples[0] ?? {});
  const medians = names.map((name) => [name, median(samples.map((sample) => sample[name] ?? 0))] as const);
  return Object.fromEntries(medians.filter(([, seconds]) => seconds >= LEAST_CPU_SECONDS));
};
