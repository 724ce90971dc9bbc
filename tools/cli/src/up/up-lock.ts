import { processIdentity } from '@clipfleet/local-stack';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../terminal.js';

interface LockContent {
  pid: number;
  identity: string;
}

const lockPath = (stateDirectory: string): string => path.join(stateDirectory, 'up.json');

/** The process whose `up` owns this folder, or undefined; a lock whose process is gone counts for nothing. */
export const runningUp = (stateDirectory: string): number | undefined => {
  try {
    const { pid, identity } = JSON.parse(readFileSync(lockPath(stateDirectory), 'utf8')) as LockContent;
    return processIdentity(pid) === identity ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** One `up` at a time in a folder. Returns the way to give it back. */
export const takeUpLock = (stateDirectory: string): (() => void) => {
  mkdirSync(stateDirectory, { recursive: true });
  const content: LockContent = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const release = (): void => rmSync(lockPath(stateDirectory), { force: true });
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      // `wx`: of two that start at the same moment, one gets it
      writeFileSync(lockPath(stateDirectory), JSON.stringify(content), { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (runningUp(stateDirectory) !== undefined) break;
      release();
    }
  }
  throw new UsageError(
    `clipfleet is up in this folder already (pid ${runningUp(stateDirectory)}): end that one with Ctrl-C, or use it; its addresses are in ${path.join(stateDirectory, 'env')}`,
  );
};
