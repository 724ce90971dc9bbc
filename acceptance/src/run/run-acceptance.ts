import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { AcceptanceFleet } from '../fleet/acceptance-fleet.js';
import type { Kind } from '../kinds/kind.js';
import { kinds } from '../kinds/kinds.js';
import { refusals } from '../kinds/refusals.js';
import { runProgram } from '../source/run-program.js';
import type { AcceptanceArguments } from './arguments.js';
import { allCases, type CaseResult } from './case.js';
import type { AcceptanceRun } from './document.js';
import { runLarge } from './large.js';
import { runKilled } from './run-killed.js';
import { runKind } from './run-kind.js';
import { runRefusal } from './run-refusal.js';
import { randomOf } from './worker-killer.js';

export interface Listener {
  onProgress: (text: string) => void;
  /** After each kind: what is known so far. */
  onResults: (run: AcceptanceRun) => void;
}

/** All that was asked for, on one fleet whose state is removed at the end. */
export const runAcceptance = async (
  options: AcceptanceArguments,
  command: string,
  listener: Listener,
): Promise<AcceptanceRun> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-acceptance-'));
  try {
    const large = options.large ? await runLarge(path.join(directory, 'large')) : undefined;
    const fleet = await AcceptanceFleet.open(path.join(directory, 'fleet'));
    try {
      const chosen = kinds.filter(({ name }) => options.only?.some((part) => name.includes(part)) ?? true);
      const run: AcceptanceRun = {
        ...{ command, machine: await machineLine(), kinds: chosen, results: [], killed: [], refusals: [] },
        ...(large && { large }),
      };
      for (const [index, refusal] of chosen.length === 0 ? [] : refusals.entries()) {
        run.refusals.push(await runRefusal(fleet, refusal, path.join(directory, `refusal-${index}`)));
      }
      await runKinds(fleet, run, { options, directory, listener });
      return run;
    } finally {
      await fleet.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

interface RunContext {
  options: AcceptanceArguments;
  directory: string;
  listener: Listener;
}

/** Adds to the run what comes of each kind. */
const runKinds = async (fleet: AcceptanceFleet, run: AcceptanceRun, context: RunContext): Promise<void> => {
  const { options, directory, listener } = context;
  const random = randomOf(options.seed);
  const cases = allCases(options);
  const startedMs = performance.now();
  for (const [index, kind] of run.kinds.entries()) {
    const at = path.join(directory, `kind-${index}`);
    const isKilled = options.kill && index % options.killEvery === 0;
    const { results, trial } = await runKind(fleet, { kind, directory: at, cases }, isKilled);
    run.results.push(...results);
    tell(kind, results, listener);
    if (isKilled) {
      // each size has its turn: once more takes as long as the first time
      const size = options.rangeSizes[index % options.rangeSizes.length];
      const again = results.filter(({ segmentsPerRange }) => segmentsPerRange === size);
      const killed = await runKilled(fleet, trial, again, random);
      run.killed.push(killed);
      const { exportCount, problems, killCount } = killed;
      listener.onProgress(`  ${exportCount - problems.length} of ${exportCount} the same, ${killCount} workers killed`);
      for (const problem of problems) listener.onProgress(`  killed: ${problem}`);
      for (const each of options.rangeSizes) await trial.remove(fleet, each);
    }
    await rm(at, { recursive: true, force: true });
    run.minutes = Math.ceil((performance.now() - startedMs) / 60_000);
    listener.onResults(run);
  }
};

const tell = (kind: Kind, results: readonly CaseResult[], { onProgress }: Listener): void => {
  const failed = results.filter(({ problem }) => problem !== undefined);
  onProgress(`${kind.name}: ${results.length - failed.length} of ${results.length}`);
  for (const { segmentsPerRange, container, shape, problem } of failed)
    onProgress(`  ${container} ${shape} ${segmentsPerRange}: ${problem}`);
};

const machineLine = async (): Promise<string> => {
  const { out } = await runProgram('ffmpeg', ['-version']);
  const ffmpeg = /^ffmpeg version (\S+)/.exec(out)?.[1];
  return `ffmpeg ${ffmpeg}, Node ${process.versions.node}, ${cpus().length} cores`;
};
