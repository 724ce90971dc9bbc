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

const variables = {
  ...baseVariables,
  stores: storesVariable(storeConfigSchema),
  concurrency: integerVariable('CLIPFLEET_THUMB_WORKER_CONCURRENCY', {
    default: 2,
    min: 1,
    max: 64,
    description: 'Pictures made at once by one thumb worker.',
  }),
  scratchPath: textVariable('CLIPFLEET_SCRATCH_PATH', {
    default: tmpdir(),
    pattern: /^\//,
    description: 'Directory for the files that ffmpeg reads and writes.',
  }),
  pictureTimeoutMs: integerVariable('CLIPFLEET_PICTURE_TIMEOUT_MS', {
    default: 60_000,
    min: 1000,
    max: 3_600_000,
    description: 'Longest run of ffmpeg for one picture.',
  }),
} as const;

export const thumbWorkerConfigSchema = defineConfig(variables);
export type ThumbWorkerConfig = Config<typeof variables>;
