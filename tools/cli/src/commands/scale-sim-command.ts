import { interruption } from '@clipfleet/local-stack';
import type { ScaleSimResult } from '@clipfleet/load';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../terminal.js';
import { stateDirectory } from '../workspace.js';

export interface ScaleSimCommandOptions {
  jobs: number;
  speed: number;
  pods: number;
  seed: number;
  write?: string;
}

/** Runs the simulation in a folder of its own, tells what it showed, and says by the exit code whether all was right. */
export const scaleSimCommand = async ({ jobs, speed, pods, seed, write }: ScaleSimCommandOptions): Promise<void> => {
  const load = await import('@clipfleet/load').catch((cause: unknown) => {
    throw new Error('scale-sim runs in a checkout of the whole repository', { cause });
  });
  const { ToolUnavailable } = await import('@clipfleet/deploy');
  const directory = load.runDirectory(stateDirectory(), 'scale-sim');
  mkdirSync(directory, { recursive: true });
  const signal = interruption();
  const options = { jobCount: jobs, speed, seed, podCapacity: pods };
  const startedMs = performance.now();
  const onProgress = (text: string): void =>
    console.log(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  try {
    const result = await load.runScaleSim({ ...options, stateDirectory: directory, signal, onProgress });
    printResult(result, load.poolSummaries(result.samples), load.doneAtS(result.samples));
    if (write !== undefined) {
      const folder = path.resolve(process.env['INIT_CWD'] ?? '.', write);
      const title = `${jobs} exports within 5 s on a fleet that sleeps; the autoscalers' clock runs ${speed} times as fast`;
      writeFileSync(path.join(folder, 'scaling.svg'), load.scalingPicture(result.samples, title));
      writeFileSync(path.join(folder, 'scaling.md'), load.scalingDocument(options, result));
    }
    process.exitCode = result.problems.length + result.podFaults.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof ToolUnavailable) throw new UsageError(`scale-sim cannot run: ${error.message}`);
    if (!signal.aborted) throw error;
    console.log('interrupted: all it had started is stopped');
    process.exitCode = 130;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

type Pools = ReturnType<typeof import('@clipfleet/load').poolSummaries>;

const printResult = ({ jobCount, problems, podFaults }: ScaleSimResult, pools: Pools, doneS: number): void => {
  console.log(`\n${jobCount} exports, the last one after ${doneS.toFixed(0)} s`);
  for (const { name, mostWanted, mostReady, firstReadyS, atRestS } of pools) {
    const first = firstReadyS === undefined ? 'not needed' : `first ready after ${firstReadyS.toFixed(0)} s`;
    console.log(
      `${name.padEnd(18)} ${mostWanted} wanted, ${mostReady} ready, ${first}, at rest after ${atRestS.toFixed(0)} s`,
    );
  }
  console.log(
    `lost, wrong or begun twice: ${problems.length}; pods that ended otherwise than asked: ${podFaults.length}`,
  );
  for (const line of [...problems, ...podFaults]) console.error(`  ${line}`);
};
