import { cpuBetween, type CpuMeter } from '../measure/cpu-time.js';
import { type IoBytes, passedBytes } from '../measure/process-io.js';
import type { BenchCase } from './bench-case.js';
import { type BenchResult, resultOf, type Round, type SideOfRound } from './result.js';

export interface RunOptions {
  rounds: number;
  cpu: CpuMeter;
  /** What has passed the gateway so far. */
  gatewayIo: () => IoBytes | undefined;
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
    for (let round = benchCase.startsCold ? 1 : 0; round <= rounds; round++) {
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

const runRound = async (
  benchCase: BenchCase,
  round: number,
  { cpu, gatewayIo, signal }: RunOptions,
): Promise<Round> => {
  const measure = async (side: 'ours' | 'baseline'): Promise<SideOfRound> => {
    signal.throwIfAborted();
    const [cpuBefore, ioBefore] = [cpu.read(), gatewayIo()];
    const value = await benchCase[side](round);
    const gatewayBytes = passedBytes(ioBefore, gatewayIo());
    return { value, cpuSeconds: cpuBetween(cpuBefore, cpu.read()), gatewayBytes };
  };
  if (round % 2 === 0) {
    const ours = await measure('ours');
    return { ours, baseline: await measure('baseline') };
  }
  const baseline = await measure('baseline');
  return { ours: await measure('ours'), baseline };
};
