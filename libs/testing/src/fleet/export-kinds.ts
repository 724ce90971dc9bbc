import type { NativeExportRequest } from '@clipfleet/contracts';
import { makeRecording } from '../media/make-recording.js';
import type { Recording } from '../media/recording.js';
import { fattened } from '../media/fat-recording.js';

const MIB = 1024 * 1024;
export const SOURCE_BUCKET = 'kind-recordings';
export const OUTPUT_BUCKET = 'kind-exports';

/** Large enough that segments are copied inside the store, and an mp4 is remuxed in several ranges. */
const FAT_SEGMENT_BYTES = 5.5 * MIB;

export interface KindRecordings {
  thin: Recording;
  fat: Recording;
}

export const makeKindRecordings = async (): Promise<KindRecordings> => {
  const thin = await makeRecording({ durationSeconds: 16 });
  return { thin, fat: await fattened(thin, FAT_SEGMENT_BYTES) };
};

/** What the fleet is asked for: each goes another way through it. */
export const kinds = {
  /** Edges trimmed and streamed by a worker, the segments between them copied inside the store; one task of several parts. */
  ts: { recording: 'fat', container: 'ts', range: [3_000, 9_000], suffixes: ['.ts'] },
  /** Three ranges by three tasks, the header merged by the gateway. */
  mp4: { recording: 'fat', container: 'mp4', range: [1_000, 14_000], suffixes: ['.mp4'] },
  /** The same, the pictures of its edges encoded by the workers of the first range and the last one. */
  edges: { recording: 'fat', container: 'mp4', range: [1_000, 13_100], suffixes: ['.mp4'], encodes: 'edges' },
  /** Its first part and its last one are made anew, those between copied inside the store. */
  'ts-edges': { recording: 'fat', container: 'ts', range: [3_000, 9_100], suffixes: ['.ts'], encodes: 'edges' },
  /** One task that writes the whole file. */
  'small-mp4': { recording: 'thin', container: 'mp4', range: [3_000, 6_000], suffixes: ['.mp4'] },
  /** Not the same bytes twice, as far as anybody promises. */
  transcode: { recording: 'thin', container: 'mp4', range: [2_000, 4_000], suffixes: ['.mp4'], encodes: 'all' },
  image: { recording: 'thin', container: 'image', range: [5_000, 40], suffixes: ['.jpg'] },
  /** One task makes the segments at its edges, and the gateway lists them with those between. */
  'playlist-edges': {
    ...{ recording: 'thin', container: 'playlist', range: [3_000, 6_100], encodes: 'edges' },
    suffixes: ['.m3u8', '.edges.ts'],
  },
  /** No task: the gateway writes two small objects. */
  playlist: { recording: 'thin', container: 'playlist-json', range: [3_000, 6_000], suffixes: ['.json', '.m3u8'] },
} as const satisfies Record<string, Kind>;
export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];
/** One of each way through the fleet, where many are made at once: encoded edges go those of others. */
export const quickKindNames = kindNames.filter((name) => !name.includes('edges'));

export interface Kind {
  recording: keyof KindRecordings;
  container: NativeExportRequest['output']['container'];
  /** Start and length in ms from the recording's start. */
  range: readonly [startMs: number, durationMs: number];
  /** Of the objects it makes. */
  suffixes: readonly string[];
  /** What of it is encoded; absent: nothing. */
  encodes?: 'all' | 'edges';
}

export const requestOf = (kindName: KindName, storeId: string, prefix: string): NativeExportRequest => {
  const kind: Kind = kinds[kindName];
  const [startMs, durationMs] = kind.range;
  const key = playlistKeyOf(kind.recording);
  return {
    edit: {
      clips: [
        {
          source: { format: 'hls', locations: [{ storeId, bucket: SOURCE_BUCKET, key }] },
          range: { kind: 'from-start', startMs, durationMs },
        },
      ],
    },
    output: {
      container: kind.container,
      destination: { storeId, bucket: OUTPUT_BUCKET, key: `${prefix}out${kind.suffixes[0]}` },
      ...(kind.encodes === 'all' && { codec: { kind: 'transcode', profile: 'default' } }),
      ...(kind.encodes === 'edges' && { cutMode: 'exact', exact: { by: 'reencode' } }),
    },
  };
};

/** Both recordings have the same names, in a folder of their own. */
const playlistKeyOf = (recording: keyof KindRecordings): string => `${recording}/index.m3u8`;
