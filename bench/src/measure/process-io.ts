import { readFileSync } from 'node:fs';

/** Bytes a process has read and written by system calls since it began: files and sockets (proc(5)). */
export interface IoBytes {
  readBytes: number;
  writtenBytes: number;
}

/** Undefined where there is no /proc. */
export const readIo = (pid: number): IoBytes | undefined => {
  try {
    return parseIo(readFileSync(`/proc/${pid}/io`, 'latin1'));
  } catch {
    return undefined;
  }
};

export const parseIo = (io: string): IoBytes => {
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1] ?? Number.NaN);
  return { readBytes: field('rchar'), writtenBytes: field('wchar') };
};

/** All that passed the process in between; undefined when it is not known, or the process began anew. */
export const passedBytes = (before: IoBytes | undefined, after: IoBytes | undefined): number | undefined => {
  if (before === undefined || after === undefined) return undefined;
  const bytes = after.readBytes + after.writtenBytes - before.readBytes - before.writtenBytes;
  return bytes >= 0 ? bytes : undefined;
};
