import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runningRecords } from '@clipfleet/local-stack';
import { soakReport } from './report.js';
import { runSoak } from './soak.js';

let stateDirectory: string;
beforeAll(async () => {
  stateDirectory = await mkdtemp(path.join(tmpdir(), 'clipfleet-soak-'));
  // Postgres may run as another user
  await chmod(stateDirectory, 0o755);
});
afterAll(() => rm(stateDirectory, { recursive: true, force: true }));

it('makes the exports of several tenants by two gateways, verifies each, and tells how long they took and what memory they left', async () => {
  const result = await runSoak({
    ...{ jobCount: 24, roundCount: 2, tenantCount: 4, seed: 20_260_115, inFlight: 3, durable: false, stateDirectory },
    kindNames: ['small-mp4', 'image', 'ts', 'playlist'],
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(result.problems).toEqual([]);
  expect([...result.latenciesMs.values()].flat()).toHaveLength(24);
  expect([...result.memory.keys()]).toEqual(
    expect.arrayContaining(['gateway', 'gateway-2', 'segment-worker-2', 'nats', 'postgres']),
  );
  const { judged, restsMb, mostResidentMb } = result.memory.get('gateway-2')!;
  expect(judged).toBe('held');
  expect(restsMb).toHaveLength(3);
  for (const mb of restsMb) expect(mb).toBeGreaterThan(1);
  if (process.platform === 'linux') expect(mostResidentMb).toBeGreaterThan(10);
  expect(soakReport(result, 'npm run soak')).toMatch(/\| all \| 24 \| [\d.]+ \|/);
  expect(runningRecords(stateDirectory)).toEqual([]);
}, 480_000);
