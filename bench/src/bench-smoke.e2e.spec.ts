import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiResult } from './api/api-result.js';
import type { BenchResult } from './run/result.js';

const API_MAIN = fileURLToPath(new URL('../dist/api/main.js', import.meta.url));
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Not here: the rates of requests, which are below, and what another case does with other numbers. */
const CASES = ['mp4-copy-10m-2w', 'demux-write', 'transcode-2m-2w', 'worker-memory-minutes'];
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

describe('npm run bench:api', () => {
  it(
    'puts both loads on the gateway and on the plain way, and tells rates and latencies of each',
    async () => {
      const jsonPath = path.join(state, 'api.json');
      const args = ['--connections', '16', '--rounds', '1', '--seconds', '1', '--json', jsonPath];
      const env = withoutJest({ CLIPFLEET_STATE: state });
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [API_MAIN, ...args], { env });
      const { results } = JSON.parse(await readFile(jsonPath, 'utf8')) as { results: ApiResult[] };
      expect(results.map(({ name, connections }) => `${name} ${connections}`)).toEqual(['polls 16', 'new-jobs 16']);
      for (const { ours, baseline, ratio } of results) {
        for (const side of [ours, baseline]) {
          expect(side.perSecond).toBeGreaterThan(0);
          expect(side.p99Ms).toBeGreaterThanOrEqual(side.p50Ms);
          expect(side.cpuUs).toBeGreaterThanOrEqual(0);
        }
        expect(ratio).toBeCloseTo(ours.perSecond / baseline.perSecond);
      }
      expect(stdout).toMatch(/\| `new-jobs` \| 16 \|/);
      expect(stderr).toContain('stopping');
    },
    TIMEOUT_MS,
  );
});
