import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ExportFleet, Submitted } from '@clipfleet/testing';
import type { PlannedJob } from './seeded-load.js';

const RETRY_MS = 250;

/** Sends each job at its time, whatever the fleet does, and until it is accepted. */
export const playLoad = async (
  fleet: ExportFleet,
  clients: readonly Client[],
  jobs: readonly PlannedJob[],
  signal: AbortSignal,
): Promise<Submitted[]> => {
  const startedMs = performance.now();
  const sent = jobs.map(async ({ afterMs, kindName, tenant }) => {
    const request = fleet.newRequest(kindName);
    await delay(Math.max(0, startedMs + afterMs - performance.now()), undefined, { signal });
    while (!(await fleet.postAs(clients[tenant], request))) await delay(RETRY_MS, undefined, { signal });
    return request;
  });
  return Promise.all(sent);
};
