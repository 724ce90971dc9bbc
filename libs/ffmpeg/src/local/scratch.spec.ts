import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeDeadScratch, withScratch } from './scratch.js';

describe('a scratch directory', () => {
  let scratchPath: string;
  beforeEach(async () => {
    scratchPath = await mkdtemp(join(tmpdir(), 'scratch-spec-'));
  });
  afterEach(() => rm(scratchPath, { recursive: true }));

  const entries = () => readdir(scratchPath);

  it('is there for the work, and gone after it, also when it failed', async () => {
    const during = await withScratch(scratchPath, entries);
    expect(during).toEqual([expect.stringMatching(/^clipfleet-.+-\d+-\w+$/)]);
    await expect(withScratch(scratchPath, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await entries()).toEqual([]);
  });

  it('of a process that was killed is removed when the next one starts, and nothing else is', async () => {
    const { pid: deadPid } = spawnSync('true');
    const of = (host: string, pid: number) => `clipfleet-${host}-${pid}-abcdef`;
    const kept = [of(hostname(), process.ppid), of('another-host', deadPid), 'clipfleet-demo', 'x'];
    // a container's process has the pid of the one before it
    for (const name of [...kept, of(hostname(), deadPid), of(hostname(), process.pid)])
      await mkdir(join(scratchPath, name, 'sub'), { recursive: true });
    await Promise.all([removeDeadScratch(scratchPath), removeDeadScratch(scratchPath)]);
    expect((await entries()).toSorted()).toEqual(kept.toSorted());
  });
});
