import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AcceptanceCase, CaseResult } from './case.js';
import type { KilledResult } from './run-killed.js';
import type { RefusalResult } from './run-refusal.js';

/** What runs have found so far. */
export interface Results {
  /** As they were called. */
  commands: string[];
  cases: CaseResult[];
  killed: KilledResult[];
  refusals: RefusalResult[];
  minutes: number;
}

export const noResults = (): Results => ({ commands: [], cases: [], killed: [], refusals: [], minutes: 0 });

export const readResults = (path: string): Results =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : noResults();

/** Whole or not at all: a run may be ended at any time. */
export const writeResults = (path: string, results: Results): void => {
  writeFileSync(`${path}.new`, `${JSON.stringify(results, undefined, 1)}\n`);
  renameSync(`${path}.new`, path);
};

const isSame = (a: AcceptanceCase, b: AcceptanceCase): boolean =>
  a.segmentsPerRange === b.segmentsPerRange && a.container === b.container && a.shape === b.shape;

/** Of these cases of a kind, those that have not been made or are not as they should be. */
export const casesLeft = (
  { cases: made }: Results,
  kindName: string,
  cases: readonly AcceptanceCase[],
): AcceptanceCase[] =>
  cases.filter(
    (each) =>
      !made.some((result) => result.kindName === kindName && result.problem === undefined && isSame(result, each)),
  );

export const isKilledLeft = ({ killed }: Results, kindName: string): boolean =>
  !killed.some((result) => result.kindName === kindName && result.problems.length === 0);

/** Newer results replace older ones of the same case. */
export const addCases = (results: Results, added: readonly CaseResult[]): void => {
  const isReplaced = (old: CaseResult): boolean =>
    added.some((result) => result.kindName === old.kindName && isSame(result, old));
  results.cases = [...results.cases.filter((old) => !isReplaced(old)), ...added];
};

export const addKilled = (results: Results, added: KilledResult): void => {
  results.killed = [...results.killed.filter(({ kindName }) => kindName !== added.kindName), added];
};
