import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findKubectl, findPrometheus } from '@clipfleet/deploy';
import { runningRecords } from '@clipfleet/local-stack';
import { describeWithTool } from '@clipfleet/testing';
import { scalingPicture } from './picture.js';
import { runScaleSim } from './scale-sim.js';
import { poolSummaries } from './summary.js';

/** What it needs that not every machine has. */
const findTools = (): string => {
  findKubectl();
  return findPrometheus('prometheus');
};

describeWithTool(findTools, 'a burst of exports on a fleet that sleeps', () => {
  let stateDirectory: string;
  beforeAll(async () => {
    stateDirectory = await mkdtemp(path.join(tmpdir(), 'clipfleet-scale-'));
    // Postgres may run as another user
    await chmod(stateDirectory, 0o755);
  });
  afterAll(() => rm(stateDirectory, { recursive: true, force: true }));

  it('scales real workers from none and back to none by the triggers of the manifests, and every output is right', async () => {
    const told: string[] = [];
    const { samples, problems, podFaults } = await runScaleSim({
      ...{ jobCount: 30, speed: 60, seed: 20_260_115, podCapacity: 6, stateDirectory },
      kindNames: ['small-mp4', 'image', 'ts'],
      signal: new AbortController().signal,
      onProgress: (text) => told.push(text),
    });
    expect({ problems, podFaults }).toEqual({ problems: [], podFaults: [] });
    const [first, last] = [samples[0], samples.at(-1)!];
    for (const { pools } of [first, last]) {
      expect(pools['planner'].wanted).toBe(2);
      for (const name of ['segment-worker', 'thumb-worker']) expect(pools[name].wanted + pools[name].ready).toBe(0);
    }
    const segments = poolSummaries(samples).find(({ name }) => name === 'segment-worker')!;
    expect(segments.mostWanted).toBeGreaterThan(1);
    expect(segments.mostReady).toBeGreaterThan(0);
    // both triggers told something
    expect(samples.some(({ pools }) => (pools['segment-worker'].lag ?? 0) > 0)).toBe(true);
    expect(samples.some(({ pools }) => pools['segment-worker'].workS !== undefined)).toBe(true);
    expect(runningRecords(stateDirectory)).toEqual([]);
    expect(scalingPicture(samples, 'a run')).toMatch(/^<svg [^]*<\/svg>\n$/);
  }, 480_000);

  it('stops all that it has started when it is interrupted', async () => {
    const interrupted = new AbortController();
    const running = runScaleSim({
      ...{ jobCount: 30, speed: 60, seed: 1, podCapacity: 6, stateDirectory, signal: interrupted.signal },
      onProgress: (text) => {
        if (text.startsWith('one export of each kind')) interrupted.abort(new Error('interrupted'));
      },
    });
    await expect(running).rejects.toThrow('interrupted');
    expect(runningRecords(stateDirectory)).toEqual([]);
  }, 480_000);
});
