import { tmpdir } from 'node:os';
import { storeConfigSchema } from '@clipfleet/object-store';
import {
  baseVariables,
  type Config,
  defineConfig,
  integerVariable,
  storesVariable,
  textVariable,
} from '@clipfleet/platform';

const MIB = 1024 * 1024;

const variables = {
  ...baseVariables,
  stores: storesVariable(storeConfigSchema),
  concurrency: integerVariable('CLIPFLEET_SEGMENT_WORKER_CONCURRENCY', {
    default: 2,
    min: 1,
    max: 64,
    description: 'Ranges copied or remuxed at once by one segment worker.',
  }),
  uploadConcurrency: integerVariable('CLIPFLEET_UPLOAD_CONCURRENCY', {
    default: 4,
    min: 1,
    max: 64,
    description:
      'Parts of one task in flight; of a remux, in memory. Memory is this times the part size, for each task.',
  }),
  partBytes: integerVariable('CLIPFLEET_PART_BYTES', {
    default: 8 * MIB,
    min: 5 * MIB,
    max: 64 * MIB,
    description: 'Size of the parts that a remuxed range is written in.',
  }),
  scratchPath: textVariable('CLIPFLEET_SCRATCH_PATH', {
    default: tmpdir(),
    pattern: /^\//,
    description: 'Directory for the files that ffmpeg reads and writes.',
  }),
  edgeTimeoutMs: integerVariable('CLIPFLEET_EDGE_TIMEOUT_MS', {
    default: 10 * 60_000,
    min: 1000,
    max: 6 * 3_600_000,
    description: 'Longest run of the ffmpeg that encodes one edge of a cut.',
  }),
} as const;

export const segmentWorkerConfigSchema = defineConfig(variables);
export type SegmentWorkerConfig = Config<typeof variables>;
