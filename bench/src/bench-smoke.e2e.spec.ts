import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BenchResult } from './run/result.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Not here: the rates of requests, which last as long as they are told to, and what another case does with other numbers. */
const CASES = ['mp4-copy-10m-2w', 'clip-10s-of-24h', 'demux-write', 'transcode-2m-2w', 'worker-memory'];
const TIMEOUT_MS = 300_000;

let state: string;
beforeAll(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'clipfleet-bench-'));
});
afterAll(() => rm(state, { recursive: true, force: true }));

/** Jest's own variables would be handed on to the apps. */
const withoutJest = (more: Record<string, string>): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _options, NODE_ENV: _env, JEST_WORKER_ID: _id, ...env } = process.env;
  return { ...env, ...more };
};

describe('npm run bench -- --smoke', () => {
  it(
    'runs both sides of its cases on a stack of its own, and leaves nothing of it',
    async () => {
      const jsonPath = path.join(state, 'results.json');
      const args = ['--smoke', '--rounds', '1', '--only', CASES.join(','), '--json', jsonPath];
      const env = withoutJest({ CLIPFLEET_STATE: state });
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args], { env });
      const { results } = JSON.parse(await readFile(jsonPath, 'utf8')) as { results: BenchResult[] };
      expect(results.map(({ name }) => name).toSorted()).toEqual(CASES.toSorted());
      for (const { name, ours, baseline } of results) {
        expect({ name, measured: ours > 0 && baseline > 0 }).toEqual({ name, measured: true });
        expect(stdout).toContain(name);
      }
      expect(stderr).toContain('stack: stopping');
    },
    TIMEOUT_MS,
  );
});
