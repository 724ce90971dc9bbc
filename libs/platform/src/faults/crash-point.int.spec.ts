import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const directory = mkdtempSync(path.join(tmpdir(), 'clipfleet-crash-'));
afterAll(() => rmSync(directory, { recursive: true }));

const run = (body: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { crashPoint } from ${JSON.stringify(new URL('../../dist/faults/crash-point.js', import.meta.url).href)};
       import { writeFileSync, writeSync } from 'node:fs';
       const arm = (text, pid = process.pid) => writeFileSync(${JSON.stringify(`${directory}/`)} + pid, text);
       ${body}`,
    ],
    { env: { PATH: process.env['PATH'], CLIPFLEET_CRASH_DIR: directory }, encoding: 'utf8' },
  );

describe('a process with CLIPFLEET_CRASH_DIR', () => {
  it('ends at the nth pass after it was armed, and not a statement later', () => {
    const ended = run(`crashPoint('plan.made'); crashPoint('plan.made'); crashPoint('plan.made');
      arm('plan.made:3');
      for (const n of [1, 2, 3]) { crashPoint('plan.made'); crashPoint('plan.begun'); writeSync(1, String(n)); }`);
    expect(ended).toMatchObject({ signal: 'SIGKILL', stdout: '12' });
  });

  it('lives on when another process is armed', () => {
    expect(run(`arm('plan.made', 1); crashPoint('plan.made'); writeSync(1, 'on')`)).toMatchObject({
      status: 0,
      stdout: 'on',
    });
  });

  it('ends as every other does when all are armed', () => {
    const body = `arm('plan.made', 'all'); crashPoint('plan.begun'); writeSync(1, 'begun'); crashPoint('plan.made')`;
    for (const _process of [1, 2]) expect(run(body)).toMatchObject({ signal: 'SIGKILL', stdout: 'begun' });
    rmSync(path.join(directory, 'all'));
  });
});
