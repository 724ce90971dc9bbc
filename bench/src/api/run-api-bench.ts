import path from 'node:path';
import { unlessAborted } from '@clipfleet/local-stack';
import type { LoadSides, LoadSize } from '../load/load-sides.js';
import { newJobsLoad } from '../load/new-jobs-load.js';
import { pollsLoad } from '../load/polls-load.js';
import { cpuBetween } from '../measure/cpu-time.js';
import { BenchStack } from '../stack/bench-stack.js';
import type { ApiArguments } from './api-arguments.js';
import { type ApiResult, apiResultOf, type ApiRound, type ApiSide, sideOf } from './api-result.js';

export interface ApiBench {
  results: ApiResult[];
  loads: Record<string, LoadSides>;
}

/** Both loads at each number of connections, on a stack of its own, which is removed at the end however that comes. */
export const runApiBench = async (
  options: ApiArguments,
  directory: string,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<ApiBench> => {
  const stateDirectory = path.join(directory, `api-${process.pid}`);
  const stack = await BenchStack.start({ stateDirectory, store: 'file', onProgress });
  try {
    const loads = { polls: pollsLoad(stack), 'new-jobs': newJobsLoad(stack) };
    const results: ApiResult[] = [];
    for (const [name, sides] of Object.entries(loads)) {
      const told = (text: string): void => onProgress(`${name}: ${text}`);
      results.push(...(await unlessAborted(measureLoad(name, sides, stack, options, signal, told), signal)));
    }
    return { results, loads };
  } finally {
    onProgress('stopping');
    await stack.stop();
  }
};

/** Node compiles what has run often: the first thousands of requests cost several times as much. */
const WARM_ANSWERS_A_SECOND = 1_000;
const MOST_WARM_UPS = 6;

const warmUp = async (sides: LoadSides, size: LoadSize): Promise<void> => {
  for (const side of ['ours', 'baseline'] as const) {
    let answered = 0;
    for (let round = 0; round < MOST_WARM_UPS && answered < WARM_ANSWERS_A_SECOND * size.durationSeconds; round++)
      answered += (await sides[side](size)).answered;
  }
  await sides.afterRound();
};

const measureLoad = async (
  name: string,
  sides: LoadSides,
  stack: BenchStack,
  { connections, rounds, durationSeconds }: ApiArguments,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<ApiResult[]> => {
  const runRound = async (size: LoadSize, isOursFirst: boolean): Promise<ApiRound> => {
    const measure = async (side: 'ours' | 'baseline'): Promise<ApiSide> => {
      signal.throwIfAborted();
      const before = stack.cpu.read();
      const figures = await sides[side](size);
      return sideOf(figures, sides.servers[side], cpuBetween(before, stack.cpu.read()));
    };
    if (isOursFirst) return { ours: await measure('ours'), baseline: await measure('baseline') };
    const baseline = await measure('baseline');
    return { ours: await measure('ours'), baseline };
  };
  try {
    await sides.prepare();
    onProgress('warming up');
    await warmUp(sides, { connections: Math.max(...connections), durationSeconds });
    const results: ApiResult[] = [];
    for (const count of connections) {
      const measured: ApiRound[] = [];
      for (let round = 1; round <= rounds; round++) {
        onProgress(`${count} connections, round ${round} of ${rounds}`);
        measured.push(await runRound({ connections: count, durationSeconds }, round % 2 === 0));
        await sides.afterRound();
      }
      results.push(apiResultOf(name, count, measured));
    }
    return results;
  } finally {
    await sides.finish();
  }
};
