import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createStores,
  type ObjectStore,
  type ObjectStores,
  type StoreConfigInput,
  TaskIo,
  type UploadedPart,
} from '@clipfleet/object-store';
import type { Piece, PlannedTask } from '@clipfleet/timeline';
import { makeRecording } from './make-recording.js';
import type { Recording } from './recording.js';
import type { RecordingOptions } from './recording-options.js';
import { piecesOf, taskMessage } from './task-pieces.js';
import { uploadRecording } from './upload-recording.js';

const SOURCE_BUCKET = 'in';
const DESTINATION_BUCKET = 'out';

export interface BenchRecording {
  recording: Recording;
  pieces: Piece[];
  /** For the task's `source`. */
  source: { storeId: string; bucket: string };
}

/** A file store with one recording in it and one multipart upload open: what a worker's task needs, without a fleet. */
export class TaskBench {
  readonly rootPath = mkdtempSync(join(tmpdir(), 'clipfleet-task-'));
  readonly stores: ObjectStores;
  readonly store: ObjectStore;
  private recordingCount = 0;
  private outputCount = 0;

  constructor() {
    const config: StoreConfigInput = {
      id: 'local',
      driver: 'file',
      locations: ['local'],
      rootPath: this.rootPath,
      syncWrites: false,
    };
    this.stores = createStores([config]);
    this.store = this.stores.get('local');
  }

  async record(options: Partial<RecordingOptions> = {}): Promise<BenchRecording> {
    const recording = await makeRecording(options);
    const prefix = `rec-${this.recordingCount++}`;
    await uploadRecording(this.store, SOURCE_BUCKET, prefix, recording.directory);
    return { recording, pieces: piecesOf(recording, prefix), source: { storeId: 'local', bucket: SOURCE_BUCKET } };
  }

  /** Runs a task against a new upload, completes it; gives the output's path and what the task returned. */
  async run<T>(
    task: PlannedTask,
    work: (io: TaskIo) => Promise<T & { parts: UploadedPart[] }>,
    options: { signal?: AbortSignal; extension?: string } = {},
  ): Promise<{ path: string; report: T & { parts: UploadedPart[] } }> {
    await this.store.ensureBucket(DESTINATION_BUCKET);
    const key = `output-${this.outputCount++}${options.extension ?? '.mp4'}`;
    const at = { bucket: DESTINATION_BUCKET, key };
    const uploadId = await this.store.createUpload(at);
    const message = taskMessage(task, { destination: { storeId: 'local', ...at }, uploadId });
    const signal = options.signal ?? new AbortController().signal;
    const report = await work(new TaskIo(this.stores, message, { signal, onProgress: () => {} }));
    await this.store.completeUpload(at, uploadId, report.parts);
    return { path: join(this.rootPath, DESTINATION_BUCKET, key), report };
  }

  async close(): Promise<void> {
    await this.stores.close();
    rmSync(this.rootPath, { recursive: true, force: true });
  }
}
