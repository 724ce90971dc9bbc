import { readFileSync } from 'node:fs';

const BYTES_PER_KB = 1024;
const MB = 1_000_000;

/** Most memory a process has had resident since it began, in MB: VmHWM of proc(5). */
export const peakMemoryMb = (pid: number): number => parsePeakMb(readFileSync(`/proc/${pid}/status`, 'utf8'));

export const parsePeakMb = (status: string): number => {
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(status);
  if (!found) throw new Error('there is no VmHWM: peak memory is measured on Linux only');
  return (Number(found[1]) * BYTES_PER_KB) / MB;
};
