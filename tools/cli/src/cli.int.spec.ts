import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processIdentity, repositoryRoot } from '@clipfleet/local-stack';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '@clipfleet/testing';
import { runningUp, takeUpLock } from './up/up-lock.js';

/** The built CLI, as the entry script calls it. */
const CLI = path.join(repositoryRoot, 'tools/cli/dist/main.js');

let state: string;
beforeEach(() => {
  state = path.join(mkdtempSync(path.join(tmpdir(), 'clipfleet-cli-')), 'state');
});
afterEach(() => rmSync(path.dirname(state), { recursive: true }));

const outside = { CLIPFLEET_URL: '', CLIPFLEET_TOKEN: '' };
const clipfleet = (...args: string[]): Promise<{ exitCode: number; output: string }> =>
  runCommand(process.execPath, [CLI, ...args], { ...outside, CLIPFLEET_STATE: state });

const busyPort = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });

describe('clipfleet', () => {
  it('says what there is', async () => {
    const { exitCode, output } = await runCommand(path.join(repositoryRoot, 'clipfleet'), ['--help']);
    expect(exitCode).toBe(0);
    for (const command of ['up', 'test', 'export', 'status', 'logs', 'token', 'reset'])
      expect(output).toContain(command);
  });

  it('refuses a second up in the same folder, and says who has it', async () => {
    const release = takeUpLock(state);
    expect(await clipfleet('up')).toEqual({
      exitCode: 1,
      output: expect.stringMatching(new RegExp(`up in this folder already \\(pid ${process.pid}\\)`)),
    });
    expect(runningUp(state)).toBe(process.pid);
    release();
  });

  it('takes over the lock of an up that was killed', () => {
    takeUpLock(state);
    const identity = `${processIdentity(process.pid)?.split('/')[0]}/1`;
    writeFileSync(path.join(state, 'up.json'), JSON.stringify({ pid: process.pid, identity }));
    expect(runningUp(state)).toBeUndefined();
    const release = takeUpLock(state);
    expect(runningUp(state)).toBe(process.pid);
    release();
  });

  it('names a busy port before it starts anything', async () => {
    const server = await busyPort();
    const { port } = server.address() as AddressInfo;
    const { exitCode, output } = await clipfleet('up', '--exit', '--port', String(port));
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringMatching(new RegExp(`port ${port}, configured for the HTTP API, is in use`)),
    });
    expect(existsSync(path.join(state, 'postgres'))).toBe(false);
    await new Promise((resolve) => server.close(resolve));
  });

  it('does not reset under a running up, and resets without asking when there is none', async () => {
    const release = takeUpLock(state);
    expect(await clipfleet('reset')).toMatchObject({
      exitCode: 1,
      output: expect.stringMatching(/end it with Ctrl-C/),
    });
    expect(existsSync(state)).toBe(true);
    release();
    expect(await clipfleet('reset')).toMatchObject({ exitCode: 0, output: expect.stringMatching(/✓ removed/) });
    expect(existsSync(state)).toBe(false);
  });

  it('says how to begin when no stack is known', async () => {
    const answer = { exitCode: 1, output: expect.stringMatching(/start one with .\/clipfleet up/) };
    expect(await clipfleet('status')).toMatchObject(answer);
    expect(await clipfleet('export')).toMatchObject(answer);
    expect(await clipfleet('logs')).toMatchObject({ exitCode: 1 });
  });
});

describe('the entry script', () => {
  it('is plain POSIX sh', async () => {
    const script = path.join(repositoryRoot, 'clipfleet');
    expect(readFileSync(script, 'utf8').split('\n')[0]).toBe('#!/bin/sh');
    expect(await runCommand('/bin/sh', ['-n', script])).toEqual({ exitCode: 0, output: '' });
  });

  it('refuses an old Node and says which one it needs', async () => {
    const bin = mkdtempSync(path.join(path.dirname(state), 'bin-'));
    writeFileSync(path.join(bin, 'node'), '#!/bin/sh\necho v20.18.1\n', { mode: 0o755 });
    const script = `PATH=${bin}:$PATH exec ${path.join(repositoryRoot, 'clipfleet')} up`;
    expect(await runCommand('/bin/sh', ['-c', script])).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/Node.js 20.19 or newer is needed, this is v20.18.1/),
    });
  });
});
