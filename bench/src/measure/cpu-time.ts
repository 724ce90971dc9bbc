import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time by the name of a process. */
export type CpuSeconds = Readonly<Record<string, number>>;

export interface CpuMeter {
  /** Since the processes began, with all their descendants; empty where there is no /proc. */
  read(): CpuSeconds;
}

/** Linux tells times to programs in hundredths of a second, whatever its own tick is (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  parentPid: number;
  ticks: number;
}

/** `pids` is asked at each reading: an app may have been started again. */
export const cpuMeter = (pids: () => Readonly<Record<string, number>>): CpuMeter => ({
  read: () => {
    const processes = readProcesses();
    if (processes.size === 0) return {};
    const named = Object.entries(pids());
    const nameOfPid = new Map(named.map(([name, pid]) => [pid, name]));
    const ticks = new Map(named.map(([name]) => [name, 0]));
    for (const pid of processes.keys()) {
      const owner = ownerOf(pid, processes, nameOfPid);
      if (owner !== undefined) ticks.set(owner, (ticks.get(owner) ?? 0) + (processes.get(pid)?.ticks ?? 0));
    }
    return Object.fromEntries([...ticks].map(([name, count]) => [name, count / TICKS_PER_SECOND]));
  },
});

export const cpuBetween = (before: CpuSeconds, after: CpuSeconds): CpuSeconds =>
  Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, Math.max(0, seconds - (before[name] ?? 0))]),
  );

/** The nearest named process above, or the process itself. */
const ownerOf = (
  pid: number,
  processes: ReadonlyMap<number, ProcessTimes>,
  nameOfPid: ReadonlyMap<number, string>,
): string | undefined => {
  for (let at: number | undefined = pid; at; at = processes.get(at)?.parentPid) {
    const name = nameOfPid.get(at);
    if (name !== undefined) return name;
  }
  return undefined;
};

const readProcesses = (): Map<number, ProcessTimes> => {
  const processes = new Map<number, ProcessTimes>();
  for (const pid of processIds()) {
    try {
      processes.set(Number(pid), parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')));
    } catch {
      // it ended in between
    }
  }
  return processes;
};

const processIds = (): string[] => {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
};

/**
 * proc(5): field 4 is the parent, 14 to 17 are the times of the process and of the children it has waited for. The name in
 * field 2 may hold spaces and brackets.
 */
export const parseStat = (stat: string): ProcessTimes => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parentPid: Number(fields[1]), ticks };
};
