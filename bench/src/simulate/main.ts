import { type ScaleModel, simulate, type SimulatedTask } from './model.js';
import { planHour } from './plan-hour.js';

const MB = 1_000_000;
const GBIT_BYTES_PER_MS = 125_000;
const [HOURS, BITRATE_BPS, PART_BYTES] = [1, 8 * MB, 8 * 1024 * 1024];

/** Assumptions, not measurements, but for remuxBytesPerMs: what demux-write has measured, in round numbers. */
const model: ScaleModel = {
  latencyMs: 30,
  workerBytesPerMs: 2.5 * GBIT_BYTES_PER_MS,
  storeBytesPerMs: 100 * GBIT_BYTES_PER_MS,
  remuxBytesPerMs: 150_000,
  readsAtOnce: 4,
  fixedMs: 300,
  assemblyMs: 400,
};

const tasksFor = (workerCount: number): SimulatedTask[] =>
  planHour(HOURS, BITRATE_BPS, workerCount).tasks.flatMap((task) =>
    task.kind === 'remux-range'
      ? [{ pieceCount: task.pieces.length, bytes: task.workBytes, partCount: Math.ceil(task.workBytes / PART_BYTES) }]
      : [],
  );

const oneMs = simulate(tasksFor(1), 1, model).totalMs;
console.log(`mp4 of ${HOURS} h at ${BITRATE_BPS / MB} Mbit/s, the planner's own plan for so many idle slots; assumed:`);
console.log(`${JSON.stringify(model)}\n`);
for (const workerCount of [1, 8, 64]) {
  const tasks = tasksFor(workerCount);
  const { tasksOfOne, bytesPerMs, workMs, totalMs, taskCount } = simulate(tasks, workerCount, model);
  const largest = Math.max(...tasks.map(({ bytes }) => bytes));
  console.log(
    `${workerCount} workers: ${taskCount} tasks of at most ${(largest / MB).toFixed(0)} MB, ${tasksOfOne} for the busiest; ` +
      `min(${model.workerBytesPerMs / 2}, ${model.storeBytesPerMs / 2} / ${Math.min(workerCount, taskCount)}, ${model.remuxBytesPerMs}) ` +
      `= ${bytesPerMs.toFixed(0)} bytes/ms each; ` +
      `${model.fixedMs} + ${workMs.toFixed(0)} + ${model.assemblyMs} = ${totalMs.toFixed(0)} ms, ${(oneMs / totalMs).toFixed(1)} times as fast as one`,
  );
}
