import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { unlessAborted, waitUntil } from '@clipfleet/local-stack';
import { type Client, type ExportFleet, type KindName, leftoversOf, type Submitted } from '@clipfleet/testing';
import { connect } from '@nats-io/transport-node';
import pLimit from 'p-limit';
import { loadKinds, type PlannedJob, seededLoad } from '../jobs/seeded-load.js';
import { makeReferences } from '../jobs/references.js';
import { readLedger, verifyAll } from '../jobs/verify.js';
import { MemoryWatch, type WatchedMemory } from './memory-watch.js';
import { SoakFleet } from './soak-fleet.js';

export interface SoakOptions {
  jobCount: number;
  /** The load comes in so many rounds, with a rest after each. */
  roundCount: number;
  tenantCount: number;
  seed: number;
  /** Exports that a tenant waits for at one time. */
  inFlight: number;
  kindNames?: readonly KindName[];
  durable: boolean;
  /** Of this run alone. The caller removes it. */
  stateDirectory: string;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

export interface SoakResult {
  /** From the first POST of a round to its last end, of all rounds. */
  tookMs: number;
  /** From POST to completed, by kind. */
  latenciesMs: ReadonlyMap<KindName, readonly number[]>;
  memory: ReadonlyMap<string, WatchedMemory>;
  /** Lines; none when nothing was lost and every output is right. */
  problems: string[];
  /** Failed attempts that were made again, of all tasks. */
  attempts: number;
}

interface SentJob {
  request: Submitted;
  sentAtMs: number;
  round: number;
}

type EndedJob = SentJob & { endedAtMs: number };

const POLL_MS = 500;
const MEMORY_EVERY_MS = 2_000;
const PROGRESS_MS = 10_000;
const SETTLE_TIMEOUT_MS = 60_000;

/** Thousands of exports of many tenants on one fleet, and whether it is as good afterwards as before. */
export const runSoak = async (options: SoakOptions): Promise<SoakResult> => {
  const { stateDirectory, tenantCount, durable, signal, onProgress } = options;
  // one for each export that is waited for
  setMaxListeners(0, signal);
  onProgress('starting Postgres, NATS, two gateways and eight workers');
  const soak = await SoakFleet.start({ stateDirectory, tenantCount, durable });
  try {
    signal.throwIfAborted();
    return await load(options, soak);
  } finally {
    onProgress('stopping');
    await soak.stop();
  }
};

const load = async (options: SoakOptions, soak: SoakFleet): Promise<SoakResult> => {
  const { jobCount, roundCount, tenantCount, seed, signal, onProgress, kindNames = loadKinds } = options;
  const { fleet, clients } = soak;
  onProgress('one export of each kind, undisturbed');
  const references = await unlessAborted(makeReferences(fleet, clients[0], kindNames), signal);
  const jobs = seededLoad({ seed, jobCount, tenantCount, overMs: 1, kindNames });
  const watch = new MemoryWatch(soak.processes(), fleet.stateDirectory, MEMORY_EVERY_MS);
  const stopping = new AbortController();
  const watching = watch.run(stopping.signal);
  const sent: SentJob[] = [];
  const telling = tell(() => `${sent.length} of ${jobCount} sent`, stopping.signal, onProgress);
  try {
    await rest(fleet, watch);
    for (let round = 0; round < roundCount; round++) {
      const ofRound = jobs.filter((_, index) => Math.floor((index * roundCount) / jobCount) === round);
      await playRound(options, soak, ofRound, (request) => sent.push({ request, sentAtMs: Date.now(), round }));
      await rest(fleet, watch);
    }
  } finally {
    stopping.abort();
    await Promise.all([watching, telling]);
  }
  const ledger = await readLedger(fleet);
  onProgress('verifying every output');
  const requests = sent.map(({ request }) => request);
  const problems = await verifyAll(fleet, requests, references, { concurrency: 2, removes: true, signal });
  const ended = sent.map((job) => ({ ...job, endedAtMs: ledger.get(job.request.prefix)?.[0]?.endedAtMs ?? NaN }));
  return {
    tookMs: tookMs(ended),
    latenciesMs: latenciesOf(ended),
    memory: watch.results(),
    problems: [...problems, ...(await leftoverProblems(fleet))],
    attempts: [...ledger.values()].flat().reduce((sum, { attempts }) => sum + attempts, 0),
  };
};

/** What is held when there is nothing to do. A fleet that does not come to rest is told of at the end. */
const rest = async (fleet: ExportFleet, watch: MemoryWatch): Promise<void> => {
  await leftoverProblems(fleet);
  await watch.rest();
};

/** Each tenant its own jobs, all tenants at once. */
const playRound = async (
  options: SoakOptions,
  { fleet, clients }: SoakFleet,
  jobs: readonly PlannedJob[],
  onSent: (request: Submitted) => void,
): Promise<void> => {
  const play = (client: Client, tenant: number): Promise<void> =>
    playTenant(options, fleet, client, ofTenant(jobs, tenant), onSent);
  await Promise.all(clients.map(play));
};

const ofTenant = (jobs: readonly PlannedJob[], tenant: number): PlannedJob[] =>
  jobs.filter((job) => job.tenant === tenant);

/** Some at one time, polling as a client does. */
const playTenant = async (
  { inFlight, signal }: SoakOptions,
  fleet: ExportFleet,
  client: Client,
  jobs: readonly PlannedJob[],
  onSent: (request: Submitted) => void,
): Promise<void> => {
  await pLimit(inFlight).map(jobs, async ({ kindName }) => {
    signal.throwIfAborted();
    const request = fleet.newRequest(kindName);
    onSent(request);
    while (!(await fleet.endOf(client, request))) await delay(POLL_MS, undefined, { signal });
  });
};

const tell = async (text: () => string, signal: AbortSignal, onProgress: (text: string) => void): Promise<void> => {
  while (!signal.aborted) {
    onProgress(text());
    await delay(PROGRESS_MS, undefined, { signal }).catch(() => undefined);
  }
};

const tookMs = (ended: readonly EndedJob[]): number => {
  const rounds = new Set(ended.map(({ round }) => round));
  return [...rounds].reduce((sum, round) => {
    const jobs = ended.filter((job) => job.round === round);
    const endedAtMs = Math.max(...jobs.map((job) => job.endedAtMs));
    return sum + endedAtMs - Math.min(...jobs.map(({ sentAtMs }) => sentAtMs));
  }, 0);
};

const latenciesOf = (ended: readonly EndedJob[]): Map<KindName, number[]> => {
  const byKind = new Map<KindName, number[]>();
  for (const { request, sentAtMs, endedAtMs } of ended) {
    // those that never ended are problems, not latencies
    if (!Number.isFinite(endedAtMs)) continue;
    byKind.set(request.kindName, [...(byKind.get(request.kindName) ?? []), endedAtMs - sentAtMs]);
  }
  return byKind;
};

/** What is still there when all is done: messages, rows, uploads, scratch files. */
const leftoverProblems = async (fleet: ExportFleet): Promise<string[]> => {
  const nats = await connect({ servers: fleet.stack.nats.url });
  let left: Record<string, unknown> = {};
  try {
    await waitUntil(
      async () => {
        left = await leftoversOf(fleet, nats);
        return Object.values(left).every((count) => count === 0);
      },
      { timeoutMs: SETTLE_TIMEOUT_MS, everyMs: 250, what: 'the fleet to be quiet' },
    );
    return [];
  } catch {
    return [`the fleet does not come to rest: ${JSON.stringify(left)}`];
  } finally {
    await nats.close();
  }
};
