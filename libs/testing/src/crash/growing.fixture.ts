import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NativeExportRequest } from '@clipfleet/contracts';
import { type LiveRecorder, startLiveRecorder } from '../media/live-recorder.js';
import { makeRecording } from '../media/make-recording.js';
import { packetsOf } from '../e2e/checks.fixture.js';
import type { CrashFleet, Submitted } from './crash-fleet.fixture.js';
import { OUTPUT_BUCKET, SOURCE_BUCKET } from '../fleet/export-kinds.js';
import { mirrorLive } from './live-mirror.fixture.js';

const SEGMENT_SECONDS = 1;
const MAX_OBJECT_BYTES = 1 << 28;
const STREAMS = ['v:0', 'a:0'];

/** A recording of about 0.9 MB a second, that comes several times as fast as it is played. */
export interface Live {
  recorder: LiveRecorder;
  playlistKey: string;
  directory: string;
}

export const startLive = async (fleet: CrashFleet, everyMs: number): Promise<Live> => {
  const recording = await makeRecording({
    noise: true,
    gopSeconds: 1,
    segmentSeconds: SEGMENT_SECONDS,
    durationSeconds: 40,
  });
  const { config } = fleet.stack.store;
  const name = `live-${randomUUID()}`;
  const options = { everyMs, segmentSeconds: SEGMENT_SECONDS };
  const playlistKey = `${name}/index.m3u8`;
  if (config.driver === 'file') {
    const directory = path.join(config.rootPath, SOURCE_BUCKET, name);
    return { recorder: await startLiveRecorder(recording, directory, options), directory, playlistKey };
  }
  const directory = path.join(fleet.stateDirectory, name);
  const recorder = await startLiveRecorder(recording, directory, options);
  return { recorder: { ...recorder, ended: mirrorLive(recorder, fleet.store, name) }, directory, playlistKey };
};

export interface LiveRequest {
  container: 'ts' | 'mp4';
  range: readonly [startMs: number, durationMs: number];
  gapPolicy?: 'fail' | 'skip';
}

/** Not sent yet. */
export const requestLive = (fleet: CrashFleet, { playlistKey }: Live, wanted: LiveRequest): Submitted => {
  const { container, range, gapPolicy } = wanted;
  const [startMs, durationMs] = range;
  const prefix = `live-${container}-${randomUUID()}/`;
  const { id: storeId } = fleet.store;
  const locations = [{ storeId, bucket: SOURCE_BUCKET, key: playlistKey }];
  const body: NativeExportRequest = {
    edit: { clips: [{ source: { format: 'hls', locations }, range: { kind: 'from-start', startMs, durationMs } }] },
    output: {
      container,
      cutMode: container === 'ts' ? 'keyframe' : 'exact',
      destination: { storeId, bucket: OUTPUT_BUCKET, key: `${prefix}out.${container}` },
      ...(gapPolicy && { gapPolicy }),
    },
  };
  return { kindName: container, prefix, body: JSON.stringify(body) };
};

/** When a segment had come whole. */
export const appearedAtMs = async ({ directory }: Live, index: number): Promise<number> =>
  (await stat(path.join(directory, `${String(index).padStart(5, '0')}.ts`))).mtimeMs;

export interface LedgerTask {
  endedAtMs: number;
  createdAtMs: number;
}

export const tasksOf = (fleet: CrashFleet, { prefix }: Submitted): Promise<LedgerTask[]> =>
  fleet.query<LedgerTask>(
    `SELECT (extract(epoch FROM task.created_at) * 1000)::float8 AS "createdAtMs",
      (extract(epoch FROM task.ended_at) * 1000)::float8 AS "endedAtMs"
    FROM task JOIN export ON export.id = export_id AND export.generation = task.generation
    WHERE key LIKE $1 ORDER BY task_index`,
    [`${prefix}%`],
  );

export const bytesOf = (fleet: CrashFleet, { prefix, kindName }: Submitted): Promise<Uint8Array> =>
  fleet.store.getBytes({ bucket: OUTPUT_BUCKET, key: `${prefix}out.${kindName}` }, { limitBytes: MAX_OBJECT_BYTES });

/** Each track's packets: ranges may lie otherwise in the file. */
export const livePackets = async (fleet: CrashFleet, request: Submitted): Promise<string[][]> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-live-'));
  try {
    const file = path.join(directory, `out.${request.kindName}`);
    await writeFile(file, await bytesOf(fleet, request));
    return await Promise.all(STREAMS.map((stream) => packetsOf(file, stream)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
