import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Followed by the pid: whose directory it is. Processes that share a scratch path share their pids or differ in host name. */
const PREFIX = `clipfleet-${hostname()}-`;

/** Gives `work` a directory of its own under the scratch path, and removes it whatever happens, short of SIGKILL. */
export const withScratch = async <T>(scratchPath: string, work: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(scratchPath, `${PREFIX}${process.pid}-`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** What killed processes have left. At start, before this process has any: what bears its own pid is an earlier one's. */
export const removeDeadScratch = async (scratchPath: string): Promise<void> => {
  const names = await readdir(scratchPath).catch((): string[] => []);
  const dead = names.filter((name) => {
    const pid = name.startsWith(PREFIX) ? /^(\d+)-/.exec(name.slice(PREFIX.length))?.[1] : undefined;
    return pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)));
  });
  await Promise.all(
    dead.map((name) => rm(join(scratchPath, name), { recursive: true, force: true }).catch(() => undefined)),
  );
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's, and alive
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};
