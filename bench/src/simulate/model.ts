/** What a store and a worker are assumed to do. */
export interface ScaleModel {
  /** Time to the first byte of a read or a write. */
  latencyMs: number;
  /** Of one worker's network, both ways together. */
  workerBytesPerMs: number;
  /** Of the store for all workers together. */
  storeBytesPerMs: number;
  /** A worker demuxes and writes so fast where the network does not hold it. */
  remuxBytesPerMs: number;
  /** Reads that a worker has on their way at once. */
  readsAtOnce: number;
  /** Planning, messages and commits before the first task and after the last, all durable. */
  fixedMs: number;
  /** Header and completion. */
  assemblyMs: number;
}

export interface SimulatedTask {
  pieceCount: number;
  bytes: number;
  partCount: number;
}

export interface Simulated {
  workerCount: number;
  taskCount: number;
  /** How long the longest chain of tasks of one worker is. */
  tasksOfOne: number;
  /** What a worker gets of network, store and processor. */
  bytesPerMs: number;
  workMs: number;
  totalMs: number;
}

/**
 * Time of a plan: tasks are given to whoever is free. A worker moves each byte twice (read and write), and shares the store with
 * all that work at the same time; waiting for first bytes is hidden behind the reads on their way, but for the first of a task.
 */
export const simulate = (tasks: readonly SimulatedTask[], workerCount: number, model: ScaleModel): Simulated => {
  const busy = Math.min(workerCount, tasks.length);
  const bytesPerMs = Math.min(model.workerBytesPerMs / 2, model.storeBytesPerMs / 2 / busy, model.remuxBytesPerMs);
  const workers = Array.from({ length: busy }, () => ({ ms: 0, count: 0 }));
  for (const task of tasks) {
    const free = workers.reduce((least, each) => (each.ms < least.ms ? each : least));
    free.ms += taskMs(task, bytesPerMs, model);
    free.count++;
  }
  const workMs = Math.max(...workers.map(({ ms }) => ms));
  const tasksOfOne = Math.max(...workers.map(({ count }) => count));
  const totalMs = model.fixedMs + workMs + model.assemblyMs;
  return { workerCount, taskCount: tasks.length, tasksOfOne, bytesPerMs, workMs, totalMs };
};

/** Reading goes at the pace of bytes, or of the requests if these are slower; then the last part is on its way. */
const taskMs = (task: SimulatedTask, bytesPerMs: number, { latencyMs, readsAtOnce }: ScaleModel): number => {
  const requestsMs = (Math.ceil(task.pieceCount / readsAtOnce) - 1) * latencyMs;
  return latencyMs + Math.max(task.bytes / bytesPerMs, requestsMs) + latencyMs;
};
