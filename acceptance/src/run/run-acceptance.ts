import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { randomOf } from '@clipfleet/testing';
import { AcceptanceFleet } from '../fleet/acceptance-fleet.js';
import type { Kind } from '../kinds/kind.js';
import { kinds } from '../kinds/kinds.js';
import { refusals } from '../kinds/refusals.js';
import { runProgram } from '../source/run-program.js';
import type { AcceptanceArguments } from './arguments.js';
import { type AcceptanceCase, allCases, type CaseResult, casesOfKind } from './case.js';
import type { AcceptanceRun } from './document.js';
import { runLarge } from './large.js';
import { type KilledResult, runKilled } from './run-killed.js';
import { runKind } from './run-kind.js';
import { runRefusal } from './run-refusal.js';
import { addCases, addKilled, casesLeft, isKilledLeft, noResults, type Results } from './saved-results.js';

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
  results: Results = noResults(),
): Promise<AcceptanceRun> => {
  results.commands.push(command);
  const directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-acceptance-'));
  try {
    const large = options.large ? await runLarge(path.join(directory, 'large')) : undefined;
    const fleet = await AcceptanceFleet.open(path.join(directory, 'fleet'));
    try {
      const chosen = kinds.filter(({ name }) => options.only?.some((part) => name.includes(part)) ?? true);
      const run: AcceptanceRun = {
        ...{ machine: await machineLine(), results },
        kinds: options.resultsPath === undefined || chosen.length === 0 ? chosen : kinds,
        ...(large && { large }),
      };
      if (chosen.length > 0) results.refusals = [];
      for (const [index, refusal] of chosen.length === 0 ? [] : refusals.entries()) {
        results.refusals.push(await runRefusal(fleet, refusal, path.join(directory, `refusal-${index}`)));
      }
      await runKinds(fleet, run, chosen, { options, directory, listener });
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

/** Adds to the run what comes of each kind. What earlier runs have found to be as it should be is not made again. */
const runKinds = async (
  fleet: AcceptanceFleet,
  run: AcceptanceRun,
  chosen: readonly Kind[],
  context: RunContext,
): Promise<void> => {
  const { options, directory, listener } = context;
  const { results } = run;
  const random = randomOf(options.seed);
  const earlierMinutes = results.minutes;
  const startedMs = performance.now();
  for (const [index, kind] of chosen.entries()) {
    const isKilled = options.kill && index % options.killEvery === 0 && isKilledLeft(results, kind.name);
    // each size has its turn: once more takes as long as the first time
    const killedSize = options.rangeSizes[kinds.indexOf(kind) % options.rangeSizes.length];
    const cases = casesOf(kind, results, options, isKilled ? killedSize : undefined);
    if (cases.length === 0) continue;
    const at = path.join(directory, `kind-${index}`);
    const { results: made, trial } = await runKind(fleet, { kind, directory: at, cases }, isKilled);
    addCases(results, made);
    tell(kind, made, listener);
    if (isKilled) {
      const again = made.filter(({ segmentsPerRange }) => segmentsPerRange === killedSize);
      const killed = await runKilled(fleet, trial, again, random);
      addKilled(results, killed);
      tellKilled(killed, listener);
      for (const each of options.rangeSizes) await trial.remove(fleet, each);
    }
    await rm(at, { recursive: true, force: true });
    results.minutes = earlierMinutes + Math.ceil((performance.now() - startedMs) / 60_000);
    listener.onResults(run);
  }
};

/** What is left to be made of a kind; all of the size whose bytes are held against those under kills. */
const casesOf = (
  kind: Kind,
  results: Results,
  options: AcceptanceArguments,
  killedSize: number | undefined,
): AcceptanceCase[] => {
  const all = casesOfKind(kind, allCases(options));
  const left = new Set(casesLeft(results, kind.name, all));
  return all.filter((each) => left.has(each) || each.segmentsPerRange === killedSize);
};

const tellKilled = ({ exportCount, problems, killCount }: KilledResult, { onProgress }: Listener): void => {
  onProgress(`  ${exportCount - problems.length} of ${exportCount} the same, ${killCount} workers killed`);
  for (const problem of problems) onProgress(`  killed: ${problem}`);
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
