import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalStackError } from './local-stack-error.js';
import type { UnprivilegedUser } from './unprivileged-user.js';

const MOVED = 'postgres-directory';

/**
 * `<state>/postgres`, owned by `user`. When that user cannot get there (a checkout below /root), a folder in /var/tmp, which
 * is remembered in the state directory so that a reset removes it too.
 */
export const postgresDirectory = (stateDirectory: string, user: UnprivilegedUser | undefined): string => {
  const moved = movedDirectory(stateDirectory);
  if (moved) return moved;
  const directory = path.join(stateDirectory, 'postgres');
  if (claim(directory, user)) return directory;
  rmSync(directory, { recursive: true, force: true });
  const key = createHash('sha256').update(path.resolve(stateDirectory)).digest('hex').slice(0, 12);
  const elsewhere = path.join('/var/tmp', `clipfleet-${key}`, 'postgres');
  if (!claim(elsewhere, user)) {
    throw new LocalStackError(
      'unusable-directory',
      `neither ${directory} nor ${elsewhere} can be used by uid ${user?.uid}, as which Postgres has to run because we are root`,
    );
  }
  writeFileSync(path.join(stateDirectory, MOVED), elsewhere);
  return elsewhere;
};

/** Where the data went if not into the state directory; undefined when it is gone. */
const movedDirectory = (stateDirectory: string): string | undefined => {
  const note = path.join(stateDirectory, MOVED);
  if (!existsSync(note)) return undefined;
  const directory = readFileSync(note, 'utf8');
  return existsSync(directory) ? directory : undefined;
};

/** For a reset: what lies outside the state directory. */
export const removeMovedPostgres = (stateDirectory: string): void => {
  const directory = movedDirectory(stateDirectory);
  if (directory?.startsWith('/var/tmp/clipfleet-')) rmSync(path.dirname(directory), { recursive: true, force: true });
};

const claim = (directory: string, user: UnprivilegedUser | undefined): boolean => {
  mkdirSync(directory, { recursive: true });
  if (!user) return true;
  chownSync(directory, user.uid, user.gid);
  return spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', directory], { ...user, cwd: '/' }).status === 0;
};
