import {
  type Assumptions,
  type CapacityPlan,
  capacityPlan,
  encodePlan,
  type ProcessName,
  processNames,
} from './capacity.js';
import { type ManifestLimits, manifestLimits, podMemoryBytes } from './manifest-limits.js';
import { measured } from './measured.js';
import { type SizeAssumptions, sizesOf } from './sizes.js';

const RATES = [1, 100, 10_000];
const assumed = (exportsPerMinute: number): Assumptions => ({
  ...{ exportsPerMinute, utilisation: 0.6, coresPerPod: 1, replicas: 3, retentionDays: 30 },
  fewest: { gateway: 3, planner: 2, 'segment-worker': 0, postgres: 1, nats: 1 },
});

/** As `deploy/k8s/base/apps/transcode-worker.yaml` asks for them. */
const ENCODE_POD_CORES = 4;
const ENCODED_SECONDS = 60;

/** By which the manifests' bounds are judged. */
const EXPORT_SECONDS = 10;

const MIB = 1024 ** 2;
const GIB = 1024 * MIB;
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

const given = (): SizeAssumptions => ({
  podMemoryBytes: {
    gateway: podMemoryBytes('gateway'),
    planner: podMemoryBytes('planner'),
    'segment-worker': podMemoryBytes('segment-worker'),
  },
  ended: { diskBytes: measured.endedDiskBytes, residentBytes: measured.endedResidentBytes },
  ...{ messageBytes: measured.messageBytes, workBytes: measured.workBytes, rowBytes: measured.rowBytes },
  ...{ leastBytes: { postgres: 4 * GIB, nats: 2 * GIB }, replicas: 3, fewestNodes: 3 },
  node: { cores: 16, memoryBytes: 64 * GIB, usable: 0.9 },
});

const sizeRows = (plans: readonly CapacityPlan[]): string[][] => {
  const sizes = plans.map((plan) => sizesOf(plan, given()));
  const each = (of: (at: number) => string): string[] => plans.map((_, at) => of(at));
  const { endedDiskBytes, endedResidentBytes } = measured;
  return [
    [
      'Postgres: memory of each of 3',
      ...each((at) => bytes(sizes[at].postgresMemoryBytes)),
      'four times what the last hour wrote (its share for pages is a quarter), 4 GiB at least',
    ],
    [
      'NATS: disk of each of 3',
      ...each((at) => bytes(sizes[at].natsDiskBytes)),
      `an hour of messages that nobody takes, and ${endedDiskBytes} bytes of each export that ended in a day`,
    ],
    [
      'NATS: memory of each of 3',
      ...each((at) => bytes(sizes[at].natsMemoryBytes)),
      `twice the ${endedResidentBytes} bytes of each that ended in a day, 2 GiB at least`,
    ],
    ['cores of all', ...each((at) => figure(sizes[at].cores)), 'one a pod; those of Postgres and NATS three times'],
    [
      'memory of all',
      ...each((at) => bytes(sizes[at].memoryBytes)),
      'what pods request; Postgres and NATS three times',
    ],
    [
      'nodes of 16 cores and 64 GiB',
      ...each((at) => `**${sizes[at].nodes}**`),
      'of which pods get nine tenths; 3 at least',
    ],
    [
      `\`CLIPFLEET_MAX_RUNNING_EXPORTS\``,
      ...each((at) => figure(Math.ceil(plans[at].exportsPerSecond * EXPORT_SECONDS))),
      `exports a second × ${EXPORT_SECONDS} s that one takes`,
    ],
    [
      'seconds that one may take if 256 may run',
      ...each((at) => figure(256 / plans[at].exportsPerSecond)),
      '256 / exports a second',
    ],
  ];
};

/** Exports a minute that each bound of the manifests is enough for. */
const limitRows = (): string[][] => {
  const [production, large] = [manifestLimits(false), manifestLimits(true)];
  const busy = (pods: number, cpuMs: number): number => (pods * 0.6 * 60_000) / cpuMs;
  const row = (
    name: string,
    of: (limits: ManifestLimits) => number,
    perMinute: (limit: number) => number,
    text: (limit: number) => string,
    how: string,
  ): string[] => {
    const cell = (limits: ManifestLimits): string =>
      `${text(of(limits))} → ${figure(Math.floor(perMinute(of(limits))))}`;
    return [name, cell(production), cell(large), how];
  };
  const pods = (limit: number): string => `${limit} pods`;
  const perExport = 60 * measured.encodeCpuSecondsPerSecond;
  return [
    row(
      'gateway',
      (all) => all.gatewayPods,
      (most) => busy(most, measured.cpuMs.gateway),
      pods,
      `pods × 0.6 × 60 s / ${measured.cpuMs.gateway} ms`,
    ),
    row(
      'planner',
      (all) => all.plannerPods,
      (most) => busy(most, measured.cpuMs.planner),
      pods,
      `pods × 0.6 × 60 s / ${measured.cpuMs.planner} ms`,
    ),
    row(
      'segment-worker, copies of 10 s',
      (all) => all.segmentWorkerPods,
      (most) => busy(most, measured.cpuMs['segment-worker']),
      pods,
      `pods × 0.6 × 60 s / ${measured.cpuMs['segment-worker']} ms`,
    ),
    row(
      'transcode-worker, encodes of a minute',
      (all) => all.transcodeWorkerPods,
      (most) => (most * ENCODE_POD_CORES * 0.6 * 60) / perExport,
      pods,
      `pods × ${ENCODE_POD_CORES} × 0.6 × 60 s / ${figure(perExport)} s`,
    ),
    row(
      'disk of the ledger, 30 days',
      (all) => all.ledgerBytes,
      (most) => (60 * most) / (3_600 * measured.workBytes + 30 * 86_400 * measured.rowBytes),
      bytes,
      'bytes / 30 days of rows and an hour of work',
    ),
    row(
      `\`CLIPFLEET_MAX_RUNNING_EXPORTS\``,
      (all) => all.runningExports,
      (most) => (most * 60) / EXPORT_SECONDS,
      (most) => figure(most),
      `of ${EXPORT_SECONDS} s each: × 60 / ${EXPORT_SECONDS}`,
    ),
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

## Servers and nodes

${table(['', ...rates, 'arithmetic'], sizeRows(plans))}

What NATS keeps of an export that ended is measured by \`node tools/measure-ended.mjs\`. The plan of a day's recording is a message of up to 8 MiB:
fleets that make many of those at a time want so much more disk for each. Nodes are without those of encodes (below), which want 4 cores a pod,
and without what a cluster needs for itself.

\`CLIPFLEET_MAX_RUNNING_EXPORTS\` bounds a fleet whatever its nodes: no more are worked on at a time, and the others wait in the ledger. By Little's
law a fleet needs as many as come in a second times the seconds that one takes.

## What the manifests are for

The bounds of \`deploy/k8s\`, and the exports a minute that each is enough for:

${table(['', '`production`', 'with the component `large`', 'arithmetic'], limitRows())}

So \`production\` is for some hundred exports a minute: its ledger's disk is full first, unless ended exports are kept for less than 30 days
(\`CLIPFLEET_RETENTION_MS\`), then running exports and encodes come. \`large\` is for 10,000, with \`values/nats-large.yaml\` for NATS; it
takes one Postgres and one leader of each stream to their limits, so test it with your own load first.

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
- **Deleting** is done by one gateway at a time, without a pause while there is more. It asks a store 16 things at once: expired outputs go
  as fast as a HEAD and a DELETE each allow, which is enough for 10,000 a minute where a call takes up to 48 ms. What lies beside merged
  outputs goes a thousand objects a request, with the rows. \`npm run test:volume\` (2026-11-22, two cores that much other work kept busy):
  1,636 outputs and the work of 1,022 encodes a second on files; 14 and 206 on a Ceph RGW on the same cores, where a call took half a second.
`;
};
