import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

describe('a process with CLIPFLEET_CRASH_AT', () => {
  it('ends the process at the nth pass and not a statement later', () => {
    const module = new URL('../../dist/faults/crash-point.js', import.meta.url).href;
    const script = `import { crashPoint } from ${JSON.stringify(module)};
      import { writeSync } from 'node:fs';
      for (const n of [1, 2, 3]) { crashPoint('plan.made'); crashPoint('plan.begun'); writeSync(1, String(n)); }`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'], CLIPFLEET_CRASH_AT: 'plan.made:3' },
      encoding: 'utf8',
    });
    expect(ended).toMatchObject({ signal: 'SIGKILL', stdout: '12' });
  });
});
