import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { kinds } from '../kinds/kinds.js';
import { allCases, type CaseResult } from './case.js';
import { documentOf } from './document.js';
import { addCases, addKilled, casesLeft, isKilledLeft, noResults, readResults, writeResults } from './saved-results.js';

const [kind, other] = kinds;
const madeOf = (size: number, problem?: string, kindName = kind.name): CaseResult[] =>
  allCases({ rangeSizes: [size] }).map((each) => ({
    ...{ ...each, kindName, taskCount: 1, packetCount: 10, frameCount: 1, sha256: 'x' },
    ...(problem !== undefined && { problem }),
  }));

describe('saved results', () => {
  it('leave to be made what nobody has made, and what was not as it should be', () => {
    const results = noResults();
    expect(casesLeft(results, kind.name, allCases())).toEqual(allCases());
    addCases(results, madeOf(1));
    addCases(results, madeOf(2, 'another picture'));
    addCases(results, madeOf(3, undefined, other.name));
    expect(casesLeft(results, kind.name, allCases())).toEqual(allCases({ rangeSizes: [2, 3, 7] }));
  });

  it('have the newest result of each case', () => {
    const results = noResults();
    addCases(results, madeOf(2, 'another picture'));
    addCases(results, madeOf(2));
    expect(results.cases).toEqual(madeOf(2));
    const killed = { kindName: kind.name, killCount: 1, exportCount: 9 };
    addKilled(results, { ...killed, problems: ['other bytes'] });
    expect(isKilledLeft(results, kind.name)).toBe(true);
    addKilled(results, { ...killed, problems: [] });
    expect([isKilledLeft(results, kind.name), results.killed.length]).toEqual([false, 1]);
  });

  it('are the same when they are read again, and none where there is no file', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'clipfleet-results-'));
    const file = path.join(directory, 'results.json');
    const results = { ...noResults(), cases: madeOf(7, 'another picture'), minutes: 3 };
    expect(readResults(file)).toEqual(noResults());
    writeResults(file, results);
    expect(readResults(file)).toEqual(results);
    rmSync(directory, { recursive: true });
  });
});

describe('the document', () => {
  const documentFor = (results: ReturnType<typeof noResults>): string =>
    documentOf({ machine: 'a machine', kinds: [kind, other], results });
  const section = (document: string, title: string): string => document.split(`## ${title}\n\n`)[1].split('\n\n##')[0];

  it('says at which sizes each is as it should be, and what nobody has made', () => {
    const results = noResults();
    addCases(results, [...madeOf(1), ...madeOf(2), ...madeOf(3, 'another picture', other.name)]);
    const document = documentFor(results);
    expect(document).toContain(`| ${kind.name} | ✓ 1, 2 |`);
    expect(document).toContain(`| ${other.name} | ✗ 3 |`);
    expect(section(document, 'Not made')).toBe(
      [
        `- ${kind.name}: 18 of 36 exports`,
        `- ${kind.name}: under kills`,
        `- ${other.name}: 27 of 36 exports`,
        `- ${other.name}: under kills`,
      ].join('\n'),
    );
    expect(section(document, 'Not as it should be')).toContain('3 a range: another picture');
  });

  it('says how it was made, in as many runs as it took', () => {
    const document = documentFor({ ...noResults(), commands: ['npm run a', 'npm run b', 'npm run a'] });
    expect(document).toContain('Made by `npm run a`, `npm run b`; do not edit. a machine, 0 minutes.');
  });

  it('says so when nothing is missing', () => {
    const results = noResults();
    for (const { name } of [kind, other]) {
      addCases(
        results,
        [1, 2, 3, 7].flatMap((size) => madeOf(size, undefined, name)),
      );
      addKilled(results, { kindName: name, killCount: 2, exportCount: 9, problems: [] });
    }
    const document = documentFor(results);
    expect(document).toContain(`| ${kind.name} | ✓ | ✓ |`);
    expect([section(document, 'Not made'), section(document, 'Not as it should be')]).toEqual(['Nothing.', 'None.']);
  });
});
