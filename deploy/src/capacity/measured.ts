import type { MeasuredCosts } from './capacity.js';

/** `npm run bench -- --only tracing-cost`, without tracing; see docs/capacity.md. */
export const measured: MeasuredCosts = {
  cpuMs: { gateway: 63, planner: 20, 'segment-worker': 65, postgres: 17, nats: 13 },
  // plan, export-planned, task, task-completed, assemble, ended
  messages: 6,
  messageBytes: 5_000,
  // with the polls of the client and what gateways look after
  transactions: 20,
  workBytes: 6_000,
  rowBytes: 4_300,
  // `node tools/measure-ended.mjs`, nats-server 2.9 (2026-11-22)
  endedDiskBytes: 166,
  endedResidentBytes: 234,
  outputBytes: 4_800_000,
  // `npm run bench -- --only transcode-2m-1w`: 720p30 to 360p by the profile h264-360p
  encodeCpuSecondsPerSecond: 0.21,
};
