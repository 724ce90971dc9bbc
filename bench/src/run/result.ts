import { median } from '@clipfleet/local-stack';
import { medianRatio, relativeSpread } from '../measure/comparison.js';
import type { CpuSeconds } from '../measure/cpu-time.js';
import type { BenchCase } from './bench-case.js';

export interface SideOfRound {
  value: number;
  cpuSeconds: CpuSeconds;
  /** All that the gateway read and wrote, files and sockets; undefined where it is not known. */
  gatewayBytes?: number | undefined;
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
  /** Processor time of the fleet as a multiple of the baseline's, median of the rounds; only where both do the same work. */
  cpuRatio?: number;
  /** Median of ours. */
  gatewayBytes?: number;
  rounds: { ours: number; baseline: number }[];
}

export const resultOf = (benchCase: BenchCase, rounds: readonly Round[]): BenchResult => {
  const { name, unit, better, limit, what } = benchCase;
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
    ...optionalFigures(benchCase, rounds),
    rounds: pairs,
  };
};

const optionalFigures = (
  { comparesCpu }: BenchCase,
  rounds: readonly Round[],
): Pick<BenchResult, 'cpuRatio' | 'gatewayBytes'> => {
  const cpuRatios = comparesCpu ? rounds.flatMap(cpuRatioOf) : [];
  const gatewayBytes = rounds.flatMap(({ ours }) => ours.gatewayBytes ?? []);
  return {
    ...(cpuRatios.length > 0 && { cpuRatio: median(cpuRatios) }),
    ...(gatewayBytes.length > 0 && { gatewayBytes: median(gatewayBytes) }),
  };
};

/** The bench's own process is the baseline with its programs. On our side it is the client, and is not counted. */
const cpuRatioOf = ({ ours, baseline }: Round): number[] => {
  const fleet = Object.entries(ours.cpuSeconds).filter(([name]) => name !== 'bench');
  const fleetSeconds = fleet.reduce((sum, [, seconds]) => sum + seconds, 0);
  const baselineSeconds = baseline.cpuSeconds['bench'] ?? 0;
  return fleetSeconds > 0 && baselineSeconds > 0 ? [fleetSeconds / baselineSeconds] : [];
};

/** Processes that did next to nothing are left out. */
const LEAST_CPU_SECONDS = 0.02;

const medianCpu = (samples: readonly CpuSeconds[]): CpuSeconds => {
  const names = Object.keys(samples[0] ?? {});
  const medians = names.map((name) => [name, median(samples.map((sample) => sample[name] ?? 0))] as const);
  return Object.fromEntries(medians.filter(([, seconds]) => seconds >= LEAST_CPU_SECONDS));
};
