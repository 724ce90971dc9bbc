import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { lastLines } from './last-lines.js';
import { LocalStackError } from './local-stack-error.js';
import { processIdentity } from './process-identity.js';
import { removeRunRecord, writeRunRecord, type RunRecord } from './run-record.js';
import { stopProcess } from './stop-recorded.js';

export interface ProcessOptions {
  /** Unique within the state directory: names its pid file and its log. */
  name: string;
  stateDirectory: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  stopSignal?: NodeJS.Signals;
  /** From the stop signal to SIGKILL. */
  graceMs?: number;
}

export interface ProcessExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A child in its own process group (a Ctrl-C at the terminal reaches only us, and we stop things in order). */
export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  readonly exited: Promise<ProcessExit>;
  /** True until it has ended. */
  isRunning(): boolean;
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Throws with the end of its log when it has ended: for use while waiting for it to be ready. */
  assertRunning(): void;
}

export const logPathOf = (stateDirectory: string, name: string): string =>
  path.join(stateDirectory, 'logs', `${name}.log`);

export const startProcess = (options: ProcessOptions): ManagedProcess => {
  const { name, stateDirectory } = options;
  const logPath = logPathOf(stateDirectory, name);
  mkdirSync(path.dirname(logPath), { recursive: true });
  const log = openSync(logPath, 'a');
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: options.env ?? process.env,
    // a place every user may be in: the current directory may be closed to the uid we change to
    cwd: '/',
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
  });
  closeSync(log);

  let exit: ProcessExit | undefined;
  let spawnError: Error | undefined;
  const exited = new Promise<ProcessExit>((resolve) => {
    const end = (result: ProcessExit): void => {
      exit = result;
      removeRunRecord(stateDirectory, name);
      resolve(result);
    };
    child.once('exit', (exitCode, signal) => end({ exitCode, signal }));
    child.once('error', (error) => {
      spawnError = error;
      if (child.pid === undefined) end({ exitCode: null, signal: null });
    });
  });
  const record: RunRecord = {
    name,
    pid: child.pid ?? 0,
    identity: child.pid === undefined ? '' : (processIdentity(child.pid) ?? ''),
    startedAtMs: Date.now(),
    stopSignal: options.stopSignal ?? 'SIGTERM',
    graceMs: options.graceMs ?? 10_000,
  };
  if (child.pid !== undefined) writeRunRecord(stateDirectory, record);

  return {
    name,
    pid: record.pid,
    logPath,
    exited,
    isRunning: () => exit === undefined,
    stop: async () => {
      if (exit === undefined) await stopProcess(record);
      await exited;
    },
    kill: async (signal = 'SIGKILL') => {
      if (exit === undefined) process.kill(record.pid, signal);
      await exited;
    },
    assertRunning: () => {
      if (exit === undefined) return;
      const how = spawnError?.message ?? `ended with ${exit.signal ?? `exit code ${exit.exitCode}`}`;
      throw new LocalStackError('start-failed', `${name} ${how}\n${lastLines(logPath, 12)}`);
    },
  };
};
