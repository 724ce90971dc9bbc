import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_KB = 1024;
const MB = 1_000_000;

/** Memory of a process's own in MB: RssAnon of proc(5), without files it has mapped and without what processes share. */
export const parseAnonymousMb = (status: string): number => {
  const found = /^RssAnon:\s*(\d+) kB$/m.exec(status);
  return found ? (Number(found[1]) * BYTES_PER_KB) / MB : 0;
};

/** Of a process, and with `withChildren` of each of its children: a server that is a family of processes. 0 of one that is gone. */
export const memoriesMb = (pid: number, withChildren: boolean): number[] =>
  [pid, ...(withChildren ? childrenOf(pid) : [])].map(anonymousMb);

const anonymousMb = (pid: number): number => {
  try {
    return parseAnonymousMb(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return 0;
  }
};

const childrenOf = (pid: number): number[] => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((each) => parentOf(each) === pid);
};

const parentOf = (pid: number): number | undefined => {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch {
    return undefined;
  }
};
