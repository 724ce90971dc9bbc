import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * What stands under `name` in the cache folder. Where it does not, `make` makes it: it gets an empty folder and returns the path
 * in it that is to be kept. Processes may do it at the same time: one of theirs stays.
 */
export const cached = (name: string, make: (folder: string) => string): string => {
  const cacheFolder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'clipfleet');
  const kept = path.join(cacheFolder, name);
  if (existsSync(kept)) return kept;
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(`${kept}-`);
  try {
    keep(make(folder), kept);
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A folder cannot take the name of one that is there. */
const keep = (made: string, kept: string): void => {
  try {
    renameSync(made, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
  }
};
