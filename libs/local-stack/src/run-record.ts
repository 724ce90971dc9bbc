import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What runs on behalf of a state directory: one JSON file each in `<state>/run`. A later run, and the watchdog, find in it
 * what to stop, and enough to know that a pid is still the process that was started.
 */
export interface RunRecord {
  name: string;
  pid: number;
  /** See `processIdentity`. */
  identity: string;
  startedAtMs: number;
  stopSignal: NodeJS.Signals;
  graceMs: number;
  /** Servers made of several processes bring their own way to stop; run with the state directory as its working directory. */
  stopCommand?: string[];
}

const runDirectory = (stateDirectory: string): string => path.join(stateDirectory, 'run');
const recordPath = (stateDirectory: string, name: string): string =>
  path.join(runDirectory(stateDirectory), `${name}.json`);

export const writeRunRecord = (stateDirectory: string, record: RunRecord): void => {
  mkdirSync(runDirectory(stateDirectory), { recursive: true });
  const target = recordPath(stateDirectory, record.name);
  // by rename, so that a reader never sees half of it
  writeFileSync(`${target}.tmp`, `${JSON.stringify(record)}\n`);
  renameSync(`${target}.tmp`, target);
};

export const removeRunRecord = (stateDirectory: string, name: string): void =>
  rmSync(recordPath(stateDirectory, name), { force: true });

/** Newest first: the order in which to stop them. */
export const readRunRecords = (stateDirectory: string): RunRecord[] => {
  let names: string[];
  try {
    names = readdirSync(runDirectory(stateDirectory)).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(path.join(runDirectory(stateDirectory), name), 'utf8')) as RunRecord];
      } catch {
        return [];
      }
    })
    .toSorted((a, b) => b.startedAtMs - a.startedAtMs);
};
