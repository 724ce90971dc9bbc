import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot, runningRecords, waitUntil } from '@clipfleet/local-stack';
import { runCommand } from '@clipfleet/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from './workspace.js';

/** The built CLI with the five built apps, as a person has them after `./clipfleet up`. */
const CLI = path.join(repositoryRoot, 'tools/cli/dist/main.js');

let state: string;
let variables: Record<string, string>;
beforeAll(() => {
  state = mkdtempSync(path.join(tmpdir(), 'clipfleet-up-'));
  chmodSync(state, 0o755);
  // the whole ten minutes would show nothing more
  variables = { CLIPFLEET_STATE: state, CLIPFLEET_DEMO_SECONDS: '90', CLIPFLEET_URL: '', CLIPFLEET_TOKEN: '' };
});
const started: ChildProcess[] = [];
afterEach(() => {
  // of a test that failed; what it started in its turn is the watchdog's
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await waitUntil(() => runningRecords(state).length === 0, { timeoutMs: 30_000, what: 'everything to be stopped' });
  rmSync(state, { recursive: true });
});

const clipfleet = (...args: string[]): Promise<{ exitCode: number; output: string }> =>
  runCommand(process.execPath, [CLI, ...args], variables);

/** An `up` that stays, with what it prints. */
const startUp = async (): Promise<{ child: ChildProcess; output: () => string; readyAfterMs: number }> => {
  const startedMs = Date.now();
  let readyAfterMs = Infinity;
  const child = spawn(process.execPath, [CLI, 'up'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', ...variables },
  });
  started.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // the line of the apps: from then on requests are answered
    if (/✓ \d+ apps/.test(output)) readyAfterMs = Math.min(readyAfterMs, Date.now() - startedMs);
  });
  await waitUntil(() => output.includes('It stays up until Ctrl-C') || child.exitCode !== null, {
    timeoutMs: 120_000,
    what: 'up to be up',
  });
  expect(output).toContain('It stays up until Ctrl-C');
  return { child, output: () => output, readyAfterMs };
};

const exited = (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve(child.exitCode);

describe('clipfleet up', () => {
  it('makes a recording and an export of it that is right, and with --exit leaves nothing running', async () => {
    const { exitCode, output } = await clipfleet('up', '--exit');
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toMatch(/60\.000 s, h264 1280x720, aac, 1800 frames/);
    expect(runningRecords(state)).toEqual([]);
  });

  it('is there again soon, serves exports and their files, and ends with Ctrl-C', async () => {
    const { child, output, readyAfterMs } = await startUp();
    expect(readyAfterMs).toBeLessThan(60_000);
    expect(output()).not.toContain('demo recording');
    // the link it prints is one that a browser can follow
    const [, link] = /Download {4}(\S+)/.exec(output()) ?? [];
    const response = await fetch(link);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(5_000_000);

    const file = path.join(state, 'clip.ts');
    const made = await clipfleet('export', '--from', '00:01:00', '--duration-ms', '5000', '--type', 'ts', '-o', file);
    expect(made).toMatchObject({ exitCode: 0, output: expect.stringContaining('"Status": 10000') });
    expect((await clipfleet('status')).output).toMatch(/completed +100 %/);

    child.kill('SIGINT');
    expect(await exited(child)).toBe(0);
    expect(output()).toMatch(/✓ stopped/);
    expect(runningRecords(state)).toEqual([]);
  });

  it('starts an app again that was killed, and is cleaned up after when it is killed itself', async () => {
    const { child, output } = await startUp();
    const planner = runningRecords(state).find(({ name }) => name === 'planner');
    process.kill(planner?.pid ?? 0, 'SIGKILL');
    await waitUntil(() => output().includes('✓ planner is back'), { timeoutMs: 30_000, what: 'the planner' });
    const { CLIPFLEET_URL } = parseEnv(readFileSync(path.join(state, 'env'), 'utf8'));
    expect((await fetch(`${CLIPFLEET_URL}/openapi.json`)).status).toBe(200);

    expect(runningRecords(state).length).toBeGreaterThanOrEqual(7);
    child.kill('SIGKILL');
    await waitUntil(() => runningRecords(state).length === 0, { timeoutMs: 60_000, what: 'the watchdog' });
  });
});
