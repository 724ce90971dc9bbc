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
import { type KilledResult, runKilled } from './run-killed.js';
import { runKind } from './run-kind.js';
import { runRefusal } from './run-refusal.js';
import { randomOf } from './worker-killer.js';

export type OnProgress = (text: string) => void;

/** All that was asked for, on one fleet whose state is removed at the end. */
export const runAcceptance = async (
  options: AcceptanceArguments,
  command: string,
  onProgress: OnProgress,
): Promise<AcceptanceRun> => {
  const startedMs = performance.now();
  const directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-acceptance-'));
  try {
    const fleet = await AcceptanceFleet.open(directory);
    try {
      const chosen = kinds.filter(({ name }) => options.only?.some((part) => name.includes(part)) ?? true);
      const { results, killed } = await runKinds(fleet, chosen, { options, directory, onProgress });
      const refused = [];
      for (const [index, refusal] of refusals.entries()) {
        refused.push(await runRefusal(fleet, refusal, path.join(directory, `refusal-${index}`)));
      }
      const machine = await machineLine(performance.now() - startedMs);
      return { command, machine, kinds: chosen, results, killed, refusals: refused };
    } finally {
      await fleet.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const runKinds = async (
  fleet: AcceptanceFleet,
  chosen: readonly Kind[],
  { options, directory, onProgress }: { options: AcceptanceArguments; directory: string; onProgress: OnProgress },
): Promise<{ results: CaseResult[]; killed: KilledResult[] }> => {
  const all: { results: CaseResult[]; killed: KilledResult[] } = { results: [], killed: [] };
  const random = randomOf(options.seed);
  const cases = allCases(options);
  for (const [index, kind] of chosen.entries()) {
    const at = path.join(directory, `kind-${index}`);
    const { results, trial } = await runKind(fleet, { kind, directory: at, cases }, options.kill);
    all.results.push(...results);
    const failed = results.filter(({ problem }) => problem !== undefined);
    onProgress(`${kind.name}: ${results.length - failed.length} of ${results.length}`);
    for (const { segmentsPerRange, container, shape, problem } of failed)
      onProgress(`  ${container} ${shape} ${segmentsPerRange}: ${problem}`);
    if (options.kill) {
      const killed = await runKilled(fleet, trial, results, random);
      all.killed.push(killed);
      const { exportCount, problems, killCount } = killed;
      onProgress(
        `  ${exportCount - problems.length} of ${exportCount} the same while ${killCount} workers were killed`,
      );
      for (const problem of problems) onProgress(`  killed: ${problem}`);
      for (const size of options.rangeSizes) await trial.remove(fleet, size);
    }
    await rm(at, { recursive: true, force: true });
  }
  return all;
};

const machineLine = async (elapsedMs: number): Promise<string> => {
  const { out } = await runProgram('ffmpeg', ['-version']);
  const ffmpeg = /^ffmpeg version (\S+)/.exec(out)?.[1];
  const minutes = (elapsedMs / 60_000).toFixed(0);
  return `ffmpeg ${ffmpeg}, Node ${process.versions.node}, ${cpus().length} cores, ${minutes} minutes.`;
};
