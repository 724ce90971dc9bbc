import { spawnSync } from 'node:child_process';
import { processIdentity } from './process-identity.js';
import { readRunRecords, removeRunRecord, type RunRecord } from './run-record.js';
import { waitUntil } from './wait-until.js';

const isRunning = (record: RunRecord): boolean => processIdentity(record.pid) === record.identity;

/** Processes of this state directory that still run, newest first. */
export const runningRecords = (stateDirectory: string): RunRecord[] => readRunRecords(stateDirectory).filter(isRunning);

/**
 * Stops what a previous run in this directory left behind and returns the names of what was stopped. A process is only
 * touched when its pid still has the recorded start time: never by name, never a stranger with a reused pid.
 */
export const stopRecorded = async (stateDirectory: string, except: readonly string[] = []): Promise<string[]> => {
  const stopped: string[] = [];
  for (const record of readRunRecords(stateDirectory)) {
    if (except.includes(record.name)) continue;
    if (record.stopCommand) {
      const [command, ...args] = record.stopCommand;
      spawnSync(command, args, { stdio: 'ignore', timeout: record.graceMs });
      stopped.push(record.name);
    } else if (isRunning(record)) {
      await stopProcess(record);
      stopped.push(record.name);
    }
    removeRunRecord(stateDirectory, record.name);
  }
  return stopped;
};

/** The polite signal to the leader, which may want its children to end their work; SIGKILL to its group if that takes too long. */
export const stopProcess = async (record: RunRecord): Promise<void> => {
  if (!isRunning(record)) return;
  signalQuietly(record.pid, record.stopSignal);
  const ended = (): boolean => !isRunning(record);
  try {
    await waitUntil(ended, { timeoutMs: record.graceMs, what: `${record.name} to end` });
  } catch {
    if (isRunning(record)) signalQuietly(-record.pid, 'SIGKILL');
    await waitUntil(ended, { timeoutMs: 5_000, what: `${record.name} to end after SIGKILL` });
  }
};

const signalQuietly = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended in between
  }
};
