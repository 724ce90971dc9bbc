import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../../../../', import.meta.url).pathname;

describe('the table of configuration', () => {
  it('is what the schemas of the apps say (npm run generate)', () => {
    const printed = execFileSync('node', [`${root}tools/config-table.mjs`]).toString();
    expect(readFileSync(`${root}docs/configuration.md`, 'utf8')).toBe(printed);
    expect(printed.split('\n').filter((line) => line.startsWith('| `CLIPFLEET_')).length).toBeGreaterThan(30);
  });
});
