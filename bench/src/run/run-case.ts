import { cpuBetween, type CpuMeter } from '../measure/cpu-time.js';
import type { BenchCase } from './bench-case.js';
import { type BenchResult, resultOf, type Round, type SideOfRound } from './result.js';

export interface RunOptions {
  rounds: number;
  cpu: CpuMeter;
  /** Ends the run between two measurements. */
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** A round that warms up, then the measured ones: each runs both sides, and the one that begins changes. */
export const runCase = async (benchCase: BenchCase, options: RunOptions): Promise<BenchResult> => {
  const { rounds, signal, onProgress } = options;
  const measured: Round[] = [];
  try {
    onProgress('preparing');
    await benchCase.prepare();
    for (let round = 0; round <= rounds; round++) {
      onProgress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      signal.throwIfAborted();
      const result = await runRound(benchCase, round, options);
      if (round > 0) measured.push(result);
      await benchCase.afterRound?.();
    }
  } finally {
    await benchCase.finish();
  }
  return resultOf(benchCase, measured);
};

const runRound = async (benchCase: BenchCase, round: number, { cpu, signal }: RunOptions): Promise<Round> => {
  const measure = async (side: 'ours' | 'baseline'): Promise<SideOfRound> => {
    signal.throwIfAborted();
    const before = cpu.read();
    const value = await benchCase[side](round);
    return { value, cpuSeconds: cpuBetween(before, cpu.read()) };
  };
  if (round % 2 === 0) {
    const ours = await measure('ours');
    return { ours, baseline: await measure('baseline') };
  }
  const baseline = await measure('baseline');
  return { ours: await measure('ours'), baseline };
};
