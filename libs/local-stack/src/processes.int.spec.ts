import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startProcess } from './managed-process.js';
import { processIdentity } from './process-identity.js';
import { repositoryRoot } from './repository.js';
import { readRunRecords, writeRunRecord } from './run-record.js';
import { runningRecords, stopRecorded } from './stop-recorded.js';
import { waitUntil } from './wait-until.js';

const SLEEP = ['-e', 'setInterval(() => {}, 1000)'];

let state: string;
const others: ChildProcess[] = [];
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), 'clipfleet-processes-'));
});
afterEach(async () => {
  await stopRecorded(state);
  for (const other of others.splice(0)) other.kill('SIGKILL');
  rmSync(state, { recursive: true });
});

const startSleeper = (name: string) =>
  startProcess({ name, stateDirectory: state, command: process.execPath, args: SLEEP });

const startStranger = (): number => {
  const child = spawn(process.execPath, SLEEP, { stdio: 'ignore' });
  others.push(child);
  return child.pid ?? 0;
};

const recordOf = (pid: number, identity: string) => ({
  name: 'postgres',
  pid,
  identity,
  startedAtMs: 1,
  stopSignal: 'SIGTERM' as const,
  graceMs: 1000,
});

describe('a recorded process', () => {
  it('is recorded from its start to its end', async () => {
    const child = startSleeper('sleeper');
    expect(readRunRecords(state)).toMatchObject([{ name: 'sleeper', pid: child.pid }]);
    await child.stop();
    expect(readRunRecords(state)).toEqual([]);
    expect(await child.exited).toEqual({ exitCode: null, signal: 'SIGTERM' });
  });

  it('is killed when it does not heed the stop signal', async () => {
    const child = startProcess({
      name: 'stubborn',
      stateDirectory: state,
      command: process.execPath,
      args: ['-e', 'process.on("SIGTERM", () => {}); console.log("on"); setInterval(() => {}, 1000)'],
      graceMs: 300,
    });
    // its handler has to be there before the signal
    const { readFile } = await import('node:fs/promises');
    await waitUntil(async () => (await readFile(child.logPath, 'utf8')).includes('on'), {
      timeoutMs: 30_000,
      what: 'its first line',
    });
    await child.stop();
    expect((await child.exited).signal).toBe('SIGKILL');
  });

  it('tells the end of its log when it ended instead of getting ready', async () => {
    const child = startProcess({
      name: 'broken',
      stateDirectory: state,
      command: process.execPath,
      args: ['-e', 'console.error("no such database"); process.exit(7)'],
    });
    await child.exited;
    expect(() => child.assertRunning()).toThrow(/broken ended with exit code 7\n\s+no such database/);
  });

  it('is told apart from a program that does not exist', async () => {
    const child = startProcess({ name: 'absent', stateDirectory: state, command: '/no/such/program', args: [] });
    await child.exited;
    expect(() => child.assertRunning()).toThrow(/absent .*ENOENT/);
  });
});

describe('stopRecorded', () => {
  it('stops what a run that was killed left behind', async () => {
    const pid = startStranger();
    writeRunRecord(state, recordOf(pid, processIdentity(pid) ?? ''));
    expect(runningRecords(state)).toHaveLength(1);
    expect(await stopRecorded(state)).toEqual(['postgres']);
    expect(processIdentity(pid)).toBeUndefined();
    expect(readRunRecords(state)).toEqual([]);
  });

  it('never touches a stranger that has got the pid since', async () => {
    const pid = startStranger();
    const identity = processIdentity(pid);
    writeRunRecord(state, recordOf(pid, `${identity?.split('/')[0]}/1`));
    expect(await stopRecorded(state)).toEqual([]);
    expect(processIdentity(pid)).toBe(identity);
    expect(readRunRecords(state)).toEqual([]);
  });

  it('runs the stop command of a server made of several processes', async () => {
    const pid = startStranger();
    const proof = path.join(state, 'stopped');
    writeRunRecord(state, { ...recordOf(pid, 'whatever'), stopCommand: ['/bin/sh', '-c', `: > ${proof}`] });
    expect(await stopRecorded(state)).toEqual(['postgres']);
    expect(existsSync(proof)).toBe(true);
  });
});

describe('the watchdog', () => {
  it('stops everything when its parent is killed', async () => {
    const dist = (name: string): string =>
      pathToFileURL(path.join(repositoryRoot, 'libs/local-stack/dist', `${name}.js`)).href;
    const program = `
      import { startProcess } from ${JSON.stringify(dist('managed-process'))};
      import { startWatchdog } from ${JSON.stringify(dist('watchdog'))};
      const stateDirectory = ${JSON.stringify(state)};
      startWatchdog(stateDirectory);
      for (const name of ['one', 'two']) startProcess({ name, stateDirectory, command: process.execPath, args: ${JSON.stringify(SLEEP)} });
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
    others.push(parent);
    const records = await waitUntil(() => (runningRecords(state).length === 2 ? runningRecords(state) : undefined), {
      timeoutMs: 30_000,
      what: 'two children',
    });
    parent.kill('SIGKILL');
    await waitUntil(() => records.every(({ pid, identity }) => processIdentity(pid) !== identity), {
      timeoutMs: 30_000,
      what: 'the children to be stopped',
    });
    await waitUntil(() => readdirSync(path.join(state, 'run')).length === 0, {
      timeoutMs: 30_000,
      what: 'the records to be removed',
    });
  });
});
