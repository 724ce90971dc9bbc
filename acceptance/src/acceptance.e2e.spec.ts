import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AcceptanceFleet } from './fleet/acceptance-fleet.js';
import { kinds } from './kinds/kinds.js';
import { refusals } from './kinds/refusals.js';
import { allCases } from './run/case.js';
import { runKilled } from './run/run-killed.js';
import { type KindOnTrial, runKind } from './run/run-kind.js';
import { runRefusal } from './run/run-refusal.js';
import type { CaseResult } from './run/case.js';
import { randomOf } from '@clipfleet/testing';

/** The hardest recordings; `npm run acceptance` makes the whole table. */
const QUICK: readonly [name: string, containers: readonly string[]][] = [
  ['open GOP', ['mp4', 'ts']],
  ['split blindly inside packets', ['mov']],
];
const SEED = 20_260_115;

let directory: string;
let fleet: AcceptanceFleet;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-acceptance-'));
  fleet = await AcceptanceFleet.open(directory);
});
afterAll(async () => {
  await fleet?.close();
  await rm(directory, { recursive: true, force: true });
});

describe('a running fleet', () => {
  const made: { trial: KindOnTrial; results: CaseResult[] }[] = [];

  it.each(QUICK)('makes what one ffmpeg makes of the same playlist: %s', async (name, containers) => {
    const kind = kinds.find((each) => each.name === name)!;
    const cases = allCases({ rangeSizes: [2], containers });
    const run = await runKind(fleet, { kind, directory: path.join(directory, `kind-${made.length}`), cases }, true);
    made.push(run);
    expect(run.results).toHaveLength(3 * containers.length);
    expect(run.results.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  });

  it(`makes the same bytes while its workers are killed (seed ${SEED})`, async () => {
    const { trial, results } = made[0];
    const killed = await runKilled(fleet, trial, results, randomOf(SEED));
    expect(killed).toMatchObject({ exportCount: 6, problems: [] });
    expect(killed.killCount).toBeGreaterThan(0);
    expect(await fleet.openUploads()).toEqual([]);
  });

  it.each(refusals)('refuses by name: $name', async (refusal) => {
    const { problem } = await runRefusal(fleet, refusal, path.join(directory, `refusal-${refusal.name}`));
    expect(problem).toBeUndefined();
  });
});
