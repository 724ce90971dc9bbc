import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CACHE = path.join(tmpdir(), `clipfleet-media-${process.getuid?.() ?? 0}`);

/** A directory that is a function of `key`: made once per machine, complete or not there at all. */
export const cachedDirectory = async (key: unknown, make: (directory: string) => Promise<void>): Promise<string> => {
  const target = path.join(CACHE, createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16));
  if (existsSync(target)) return target;
  const fresh = `${target}.${randomBytes(4).toString('hex')}`;
  await mkdir(fresh, { recursive: true });
  await make(fresh);
  // whoever comes second finds a directory there, and uses it
  await rename(fresh, target).catch(() => rm(fresh, { recursive: true }));
  return target;
};
