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
const GIB = 1024 * MIB;

const variables = {
  ...baseVariables,
  stores: storesVariable(storeConfigSchema),
  concurrency: integerVariable('CLIPFLEET_TRANSCODE_WORKER_CONCURRENCY', {
    default: 2,
    min: 1,
    max: 64,
    description:
      'Runs of ffmpeg at once by one transcode worker. Those of ranges of one video share its cores; any other uses all it finds.',
  }),
  scratchPath: textVariable('CLIPFLEET_SCRATCH_PATH', {
    default: tmpdir(),
    pattern: /^\//,
    description: 'Directory for the files that ffmpeg reads and writes.',
  }),
  maxScratchBytes: integerVariable('CLIPFLEET_MAX_SCRATCH_BYTES', {
    default: 64 * GIB,
    min: 64 * MIB,
    max: 4096 * GIB,
    description:
      'Ranges whose source needs more scratch space than this are refused; the output may need as much again.',
  }),
  ffmpegTimeoutMs: integerVariable('CLIPFLEET_FFMPEG_TIMEOUT_MS', {
    default: 6 * 3_600_000,
    min: 1000,
    max: 48 * 3_600_000,
    description: 'Longest run of ffmpeg.',
  }),
} as const;

export const transcodeWorkerConfigSchema = defineConfig(variables);
export type TranscodeWorkerConfig = Config<typeof variables>;
