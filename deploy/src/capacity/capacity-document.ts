import {
  type Assumptions,
  type CapacityPlan,
  capacityPlan,
  encodePlan,
  type ProcessName,
  processNames,
} from './capacity.js';
import { measured } from './measured.js';

const RATES = [1, 100, 10_000];
const assumed = (exportsPerMinute: number): Assumptions => ({
  ...{ exportsPerMinute, utilisation: 0.6, coresPerPod: 1, replicas: 3, retentionDays: 30 },
  fewest: { gateway: 3, planner: 2, 'segment-worker': 0, postgres: 1, nats: 1 },
});

/** As `deploy/k8s/base/apps/transcode-worker.yaml` asks for them. */
const ENCODE_POD_CORES = 4;
const ENCODED_SECONDS = 60;

const MIB = 1024 ** 2;
const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(2)));
const bytes = (value: number): string => {
  if (value >= 1024 * MIB) return `${figure(value / 1024 / MIB)} GiB`;
  return value >= MIB ? `${figure(value / MIB)} MiB` : `${figure(value / 1024)} KiB`;
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const HOW: Record<ProcessName, string> = {
  gateway: 'pods, 3 at least',
  planner: 'pods, 2 at least',
  'segment-worker': 'pods, none when nothing is to be done',
  postgres: 'cores of the primary',
  nats: 'cores of each of 3 nodes: one leads a stream, the others write it too',
};

const planRows = (plans: readonly CapacityPlan[]): string[][] => {
  const each = (of: (plan: CapacityPlan) => string): string[] => plans.map(of);
  return [
    ['exports a second', ...each((plan) => figure(plan.exportsPerSecond)), 'exports a minute / 60'],
    ...processNames.map((name) => [
      `${name}: cores busy → ${name === 'postgres' || name === 'nats' ? 'cores' : 'pods'}`,
      ...each((plan) => `${figure(plan.cores[name])} → **${figure(plan.pods[name])}**`),
      `${measured.cpuMs[name]} ms each; / 0.6, rounded up; ${HOW[name]}`,
    ]),
    ['messages a second', ...each((plan) => figure(plan.messagesPerSecond)), `${measured.messages} each`],
    [
      'streams written, a second',
      ...each((plan) => bytes(plan.streamBytesPerSecond)),
      `${bytes(measured.messageBytes)} each, 3 replicas`,
    ],
    ['transactions a second', ...each((plan) => figure(plan.transactionsPerSecond)), `${measured.transactions} each`],
    [
      'ledger on disk',
      ...each((plan) => bytes(plan.ledgerBytes)),
      `${bytes(measured.rowBytes)} each for 30 days, ${bytes(measured.workBytes)} more for an hour`,
    ],
    [
      'stores, read and written a second',
      ...each((plan) => bytes(plan.storeBytesPerSecond)),
      `${bytes(measured.outputBytes)} each, once in and once out`,
    ],
  ];
};

const encodeRows = (): string[][] => {
  const plans = RATES.map((exportsPerMinute) => {
    const given = {
      exportsPerMinute,
      mediaSecondsEach: ENCODED_SECONDS,
      utilisation: 0.6,
      coresPerPod: ENCODE_POD_CORES,
    };
    return encodePlan(measured, given);
  });
  const cpuSeconds = figure(measured.encodeCpuSecondsPerSecond * ENCODED_SECONDS);
  return [
    [
      'media seconds encoded a second',
      ...plans.map((plan) => figure(plan.mediaSecondsPerSecond)),
      `exports a minute × ${ENCODED_SECONDS} / 60`,
    ],
    [
      'transcode-worker: cores busy → pods',
      ...plans.map((plan) => `${figure(plan.cores)} → **${figure(plan.pods)}**`),
      `${cpuSeconds} processor seconds each; / 0.6 / ${ENCODE_POD_CORES} cores a pod, rounded up; none when nothing is to be done`,
    ],
  ];
};

/** docs/capacity.md */
export const capacityDocument = (): string => {
  const plans = RATES.map((rate) => capacityPlan(measured, assumed(rate)));
  const rates = RATES.map((rate) => `${figure(rate)} a minute`);
  return `# Capacity

Made from \`deploy/src/capacity\` by \`npm run generate\`: what one export was measured to cost, times how many there are.

The export is a copy of 10 s of 720p to an mp4, exact to the frame, on the file store. Its processor times are those of
\`npm run bench -- --only tracing-cost\` without tracing (2026-11-21, Node 20.20, 2 cores that other work kept busy: a quiet machine takes less),
with all polls of its client; the sizes are those of the ledger of that run. Cores are planned for 60 % use.

${table(['', ...rates, 'arithmetic'], planRows(plans))}

## Encodes

An export that encodes costs the transcode workers this besides, for one minute of 720p30 by the profile \`h264-360p\` with its sound copied
(\`npm run bench -- --only transcode-2m-1w\`, 2026-11-22, 2 cores; the processor time of the worker with its ffmpegs):

${table(['', ...rates, 'arithmetic'], encodeRows())}

Nearly all of it is ffmpeg's: another profile or source costs what one ffmpeg with its settings costs. One task fills a pod, and a video is
cut into ranges of 30 s at least, so that a short one is not faster on more pods than it has ranges.

## What the tables do not say

- **Longer copies** cost the segment worker and the store by their bytes, the others next to nothing more. On a store that joins uploads
  itself (S3) the gateway reads no byte of the output.
- **One primary** of Postgres takes all transactions, and one leader each stream: they grow by a faster machine. From some thousand a second on that is the limit of one fleet; tenants are then divided among fleets, which share nothing.
- **Deleting** keeps up: each sweep goes on batch by batch while rows are old (\`npm run test:volume\`).
`;
};
