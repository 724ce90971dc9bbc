import { storeConfigSchema } from '@clipfleet/object-store';
import {
  baseVariables,
  type Config,
  defineConfig,
  encodingVariables,
  fleetVariables,
  integerVariable,
  storesVariable,
} from '@clipfleet/platform';

const MIB = 1024 * 1024;

const variables = {
  ...baseVariables,
  stores: storesVariable(storeConfigSchema),
  concurrency: integerVariable('CLIPFLEET_PLANNER_CONCURRENCY', {
    default: 8,
    min: 1,
    max: 256,
    description: 'Plans made at once by one planner.',
  }),
  maxPlaylistBytes: integerVariable('CLIPFLEET_MAX_PLAYLIST_BYTES', {
    default: 32 * MIB,
    min: 1024,
    max: 1024 * MIB,
    description: 'Larger playlists are refused.',
  }),
  maxSegments: integerVariable('CLIPFLEET_MAX_SEGMENTS', {
    default: 100_000,
    min: 1,
    max: 1_000_000,
    description: 'Playlists with more segments are refused.',
  }),
  maxDurationMs: integerVariable('CLIPFLEET_MAX_DURATION_MS', {
    default: 26 * 3_600_000,
    min: 1000,
    max: 26 * 3_600_000,
    description:
      'Longer exports are refused, all clips of an edit together. The 33-bit clock of a transport stream wraps after 26.5 h.',
  }),
  maxClips: integerVariable('CLIPFLEET_MAX_CLIPS', {
    default: 200,
    min: 1,
    max: 5_000,
    description: 'Edits of more clips are refused.',
  }),
  parseMemoryBytes: integerVariable('CLIPFLEET_PARSE_MEMORY_BYTES', {
    default: 512 * MIB,
    min: 32 * MIB,
    max: 8192 * MIB,
    description: 'Memory that reading one playlist may take.',
  }),
  parseTimeoutMs: integerVariable('CLIPFLEET_PARSE_TIMEOUT_MS', {
    default: 20_000,
    min: 100,
    max: 600_000,
    description: 'Time that reading one playlist may take.',
  }),
  taskBytes: integerVariable('CLIPFLEET_TASK_BYTES', {
    default: 256 * MIB,
    min: 8 * MIB,
    max: 4096 * MIB,
    description: 'Media that one task streams at most, at about; less where slots of workers are idle.',
  }),
  smallOutputBytes: integerVariable('CLIPFLEET_SMALL_OUTPUT_BYTES', {
    default: 32 * MIB,
    min: 0,
    max: 4096 * MIB,
    description: 'Exports whose source is not larger are one task: round trips would cost more than the work.',
  }),
  idleRangeBytes: integerVariable('CLIPFLEET_IDLE_RANGE_BYTES', {
    default: 16 * MIB,
    min: 8 * MIB,
    max: 4096 * MIB,
    description: 'Least media, at about, of tasks that a clip is split in only because slots of workers are idle.',
  }),
  ...fleetVariables,
  maxRemuxRanges: integerVariable('CLIPFLEET_MAX_REMUX_RANGES', {
    default: 64,
    min: 1,
    max: 1000,
    description: 'Ranges that one mp4 or mov is remuxed in, each by a worker of its own, where it has bytes for them.',
  }),
  encodeRangeMs: integerVariable('CLIPFLEET_ENCODE_RANGE_MS', {
    default: 30_000,
    min: 1_000,
    max: 86_400_000,
    description: 'Media time of one range of a video that many workers encode, at about.',
  }),
  minEncodedRangeBytes: integerVariable('CLIPFLEET_MIN_ENCODED_RANGE_BYTES', {
    default: 6 * MIB,
    min: 0,
    max: 4096 * MIB,
    description:
      'Least output of such a range, as far as it can be foreseen. Ranges but the last are filled up to 5 MiB.',
  }),
  maxEncodeRanges: integerVariable('CLIPFLEET_MAX_ENCODE_RANGES', {
    default: 256,
    min: 1,
    max: 1000,
    description: 'Ranges that one video is encoded in, each by a worker of its own, where it is long enough for them.',
  }),
  ...encodingVariables,
  liveWaitMs: integerVariable('CLIPFLEET_LIVE_WAIT_MS', {
    default: 120_000,
    min: 0,
    max: 86_400_000,
    description:
      'When the playlist of a growing recording was not written for so long, its recorder has stopped: an export then fails, or takes what is there where gaps may be skipped.',
  }),
} as const;

export const plannerConfigSchema = defineConfig(variables);
export type PlannerConfig = Config<typeof variables>;
