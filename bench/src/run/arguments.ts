import { ArgumentError, parseOptions, wholeNumber } from '@clipfleet/local-stack';

/** What runs when nothing is named. */
export const quickCaseNames = [
  'mp4-copy-10m',
  'mp4-copy-10m-2w',
  'ts-copy-10m',
  'clip-10s',
  'clip-10s-of-24h',
  'clip-beside-import',
  'demux-write',
  'demux-write-js',
  'polls',
  'new-jobs',
] as const;
/** Gigabytes or minutes each: only by name. */
export const longCaseNames = [
  'mp4-copy-60m-1w',
  'mp4-copy-60m-2w',
  'transcode-2m-1w',
  'transcode-2m-2w',
  'live-edge',
  'worker-memory',
  'worker-memory-minutes',
  'tracing-cost',
] as const;
export const caseNames = [...quickCaseNames, ...longCaseNames] as const;
export type CaseName = (typeof caseNames)[number];

export interface BenchArguments {
  /** In the order of {@link caseNames}, whatever the order they were named in. */
  cases: readonly CaseName[];
  /** Measured rounds; one more before them warms up and does not count. */
  rounds: number;
  store: 'file' | 's3';
  /** Tiny pictures, one round: shows that everything runs, and measures nothing. */
  smoke: boolean;
  /** Where the JSON goes; absent: nowhere. */
  jsonPath?: string;
}

const DEFAULT_ROUNDS = 5;
const MOST_ROUNDS = 100;

export const usage = `npm run bench -- [--only NAME[,NAME…]] [--rounds N] [--store file|s3] [--json FILE] [--smoke]
names: ${quickCaseNames.join(', ')}
only when named: ${longCaseNames.join(', ')}
--smoke: tiny pictures, to see that it runs; the figures mean nothing`;

const options = {
  only: { type: 'string' },
  rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
  store: { type: 'string', default: 'file' },
  json: { type: 'string' },
  smoke: { type: 'boolean', default: false },
} as const;

export const parseArguments = (args: readonly string[]): BenchArguments => {
  const { only, rounds, store, json, smoke } = parseOptions(args, options);
  if (store !== 'file' && store !== 's3') throw new ArgumentError(`--store is file or s3, not ${store}`);
  if (json === '') throw new ArgumentError('--json needs the name of a file');
  return {
    cases: only === undefined ? quickCaseNames : chosen(only),
    rounds: wholeNumber('--rounds', rounds, MOST_ROUNDS),
    store,
    smoke,
    ...(json !== undefined && { jsonPath: json }),
  };
};

const chosen = (only: string): CaseName[] => {
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(caseNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new ArgumentError(`there is no case "${unknown}"`);
  return caseNames.filter((name) => names.includes(name));
};
