import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives `work` a directory of its own under the scratch path, and removes it whatever happens. */
export const withScratch = async <T>(scratchPath: string, work: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(scratchPath, 'clipfleet-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
