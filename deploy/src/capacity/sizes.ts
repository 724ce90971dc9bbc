import type { CapacityPlan } from './capacity.js';

/** What is asked of servers and nodes besides the processors of a plan. */
export interface SizeAssumptions {
  /** What pods of each app request. */
  podMemoryBytes: Readonly<Record<'gateway' | 'planner' | 'segment-worker', number>>;
  /** Of an export that ended in the last day, in NATS: it tells workers to stop. */
  ended: { diskBytes: number; residentBytes: number };
  messageBytes: number;
  workBytes: number;
  rowBytes: number;
  /** Below which a server is not worth its name. */
  leastBytes: { postgres: number; nats: number };
  /** Nodes of each server. */
  replicas: number;
  /** A node, and how much of it pods get. */
  node: { cores: number; memoryBytes: number; usable: number };
  fewestNodes: number;
}

export interface Sizes {
  postgresMemoryBytes: number;
  natsDiskBytes: number;
  natsMemoryBytes: number;
  /** Of all pods, Postgres and NATS. */
  cores: number;
  memoryBytes: number;
  nodes: number;
}

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** Postgres is told to use a quarter of its memory for its own pages, and the last hour is to be among them. */
const PAGES_OF_MEMORY = 4;
/** What Go keeps beside what lives. */
const HEAP_ROOM = 2;

export const sizesOf = ({ exportsPerSecond, pods }: CapacityPlan, given: SizeAssumptions): Sizes => {
  const { ended, node, podMemoryBytes, replicas } = given;
  const lastHourBytes = exportsPerSecond * HOUR_S * (given.workBytes + given.rowBytes);
  const postgresMemoryBytes = Math.max(given.leastBytes.postgres, PAGES_OF_MEMORY * lastHourBytes);
  // messages of an hour in which nobody takes them, and those that ended in a day
  const natsDiskBytes = exportsPerSecond * (HOUR_S * given.messageBytes + DAY_S * ended.diskBytes);
  const natsMemoryBytes = Math.max(given.leastBytes.nats, HEAP_ROOM * exportsPerSecond * DAY_S * ended.residentBytes);
  const apps = Object.keys(podMemoryBytes) as (keyof typeof podMemoryBytes)[];
  const cores = apps.reduce((sum, app) => sum + pods[app], 0) + replicas * (pods.postgres + pods.nats);
  const memoryBytes =
    apps.reduce((sum, app) => sum + pods[app] * podMemoryBytes[app], 0) +
    replicas * (postgresMemoryBytes + natsMemoryBytes);
  const wanted = Math.max(cores / node.cores, memoryBytes / node.memoryBytes) / node.usable;
  const nodes = Math.max(given.fewestNodes, Math.ceil(wanted));
  return { postgresMemoryBytes, natsDiskBytes, natsMemoryBytes, cores, memoryBytes, nodes };
};
