import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  type CompletedTask,
  DispatchRepository,
  type ExportRecord,
  ExportRepository,
  isEnded,
  type Run,
  UploadRepository,
  type UploadRecord,
  WorkRepository,
} from '@clipfleet/ledger';
import { crashPoint, LOGGER, type Logger } from '@clipfleet/platform';
import { OBJECT_STORES, type ObjectStores, type OpenUpload } from '@clipfleet/object-store';
import type { PlannedExport } from '../assembly/playlist-documents.js';
import { assemblyOf } from '../assembly/part-list.js';
import { PlaylistOutput } from '../assembly/playlist-output.js';
import { StoryboardTrack } from '../assembly/storyboard-track.js';
import { UploadCompletion } from '../assembly/upload-completion.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { type HeadOwner, ownerOf, tempHeadKeysOf } from '../uploads/temp-head.js';
import type { StoreRound } from './store-round.js';
import { strayUploads } from './stray-uploads.js';

/** Leaves nothing in the store of a run that ended without an output. */
@Injectable()
export class Cleaner {
  constructor(
    @Inject(ExportRepository) private readonly exports: ExportRepository,
    @Inject(UploadRepository) private readonly uploads: UploadRepository,
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(DispatchRepository) private readonly dispatch: DispatchRepository,
    @Inject(PlaylistOutput) private readonly playlists: PlaylistOutput,
    @Inject(UploadCompletion) private readonly completion: UploadCompletion,
    @Inject(StoryboardTrack) private readonly tracks: StoryboardTrack,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async cleanRun(run: Run, signal: AbortSignal): Promise<void> {
    crashPoint('cleanup.begun');
    await this.dispatch.drop(run);
    for (const upload of await this.uploads.unfinishedOf(run)) await this.settle(upload, signal);
    const record = await this.exports.find(run.exportId);
    if (!record || isUsed(record, run)) return;
    await this.deleteTempHead(record, run.generation, signal);
    if (record.generation !== run.generation) return;
    if (record.output.container === 'storyboard')
      await this.tracks.discard(record, await this.work.completedTasks(run));
    if (record.plan?.playlist) await this.discardPlaylist(record as PlannedExport, await this.work.completedTasks(run));
  }

  /** The playlist, and the object of the segments that were made for it, which may be there without it. */
  private async discardPlaylist(record: PlannedExport, tasks: readonly CompletedTask[]): Promise<void> {
    await this.playlists.discard(record, tasks);
    if (tasks.length > 0) await this.completion.discard(record, record.assembly ?? assemblyOf(tasks));
  }

  /** An upload that nobody uses any more ends, in the store and then in the ledger; one that a live run uses stays. */
  async settle(upload: UploadRecord, signal: AbortSignal): Promise<void> {
    const strays = upload.uploadId === null ? await this.straysOf(upload, signal) : [];
    if (strays === 'too-early') return;
    // from here on nobody uses it: an opener that is late learns it, and aborts what it opened
    if (!(await this.uploads.giveUp(upload.id))) return;
    if (upload.uploadId === null) await this.abortStrays(upload, strays, signal);
    else await this.abort(upload, signal);
    crashPoint('cleanup.aborted');
    await this.uploads.aborted(upload.id);
  }

  /**
   * Once more, long after the end: workers may have died between leaving them and learning that they were late. Returns the ids of
   * the exports that have none any more.
   */
  async deleteTempHeads(owners: readonly HeadOwner[], round: StoreRound): Promise<ReadonlySet<string>> {
    const places = new Map<string, { storeId: string; bucket: string; ids: string[]; keys: string[] }>();
    for (const owner of owners) {
      const { storeId, bucket } = owner.destination;
      const name = `${storeId}/${bucket}`;
      const place = places.get(name) ?? { storeId, bucket, ids: [], keys: [] };
      places.set(name, place);
      place.ids.push(owner.id);
      for (let generation = 1; generation <= owner.generation; generation++)
        place.keys.push(...tempHeadKeysOf(owner, generation));
    }
    const cleared = new Set<string>();
    const deletions = [...places.values()].map(async ({ storeId, bucket, ids, keys }) => {
      const remove = (signal: AbortSignal): Promise<void> =>
        this.stores.get(storeId).deleteMany(bucket, keys, { signal });
      try {
        if ((await round.run(storeId, remove)) === 'removed') for (const id of ids) cleared.add(id);
      } catch (err) {
        this.logger.warn({ err, storeId, bucket }, 'temporary objects of ended exports could not be deleted');
      }
    });
    await Promise.all(deletions);
    return cleared;
  }

  private async abort({ at, uploadId }: UploadRecord, signal: AbortSignal): Promise<void> {
    const store = this.stores.get(at.storeId);
    await store.abortUpload(at, uploadId!, { signal });
    // a part that was being written while the upload was aborted can keep it open (S3: AbortMultipartUpload)
    const open = await store.listUploads(at.bucket, at.key, { signal });
    if (!open.some((other) => other.uploadId === uploadId)) return;
    throw new ClipfleetError('upload-failed', 'An aborted upload is still open.', { details: { key: at.key } });
  }

  /** The process died between asking the store for an upload and hearing its id: look for it by key and time. */
  private async abortStrays(
    { at, exportId }: UploadRecord,
    strays: readonly OpenUpload[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const { uploadId } of strays) {
      this.logger.warn({ exportId, bucket: at.bucket, key: at.key }, 'aborting a lost multipart upload');
      await this.stores.get(at.storeId).abortUpload(at, uploadId, { signal });
    }
  }

  private async straysOf(upload: UploadRecord, signal: AbortSignal): Promise<OpenUpload[] | 'too-early'> {
    const { at } = upload;
    const ofKey = await this.uploads.unfinishedAt(at);
    const open = await this.stores.get(at.storeId).listUploads(at.bucket, at.key, { signal });
    return strayUploads(upload, open, ofKey, { nowMs: Date.now(), graceMs: this.config.uploadGraceMs });
  }

  private async deleteTempHead(record: ExportRecord, generation: number, signal: AbortSignal): Promise<void> {
    const { container } = record.output;
    if (container !== 'mp4' && container !== 'mov') return;
    const { storeId, bucket } = record.destination;
    await this.stores.get(storeId).deleteMany(bucket, tempHeadKeysOf(ownerOf(record), generation), { signal });
  }
}

/** It still runs, or its output is there. A run that another one followed is neither. */
const isUsed = (record: ExportRecord, { generation }: Run): boolean =>
  record.generation === generation && (!isEnded(record.state) || record.state === 'completed');
