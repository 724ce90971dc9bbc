import { Inject, Injectable } from '@nestjs/common';
import {
  type Assembly,
  type CompletedTask,
  type ExportRecord,
  ExportRepository,
  isEnded,
  type Run,
  WorkRepository,
} from '@clipfleet/ledger';
import { crashPoint, LOGGER, type Logger } from '@clipfleet/platform';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { ExportChanges } from '../exports/export-changes.js';
import { madeContentOf } from '../files/made-content.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { ownerOf, tempHeadKeysOf } from '../uploads/temp-head.js';
import { uploadPlace } from '../uploads/upload-place.js';
import { exportResult, type Made } from './export-result.js';
import { MergedHeader } from './merged-header.js';
import { assemblyOf } from './part-list.js';
import type { PlannedExport } from './playlist-documents.js';
import { PlaylistOutput } from './playlist-output.js';
import { StoryboardTrack } from './storyboard-track.js';
import { UploadCompletion } from './upload-completion.js';

/** All tasks are completed: makes the object and ends the export. Each step may be done again after a crash. */
@Injectable()
export class Assembler {
  constructor(
    @Inject(ExportRepository) private readonly exports: ExportRepository,
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(UploadCompletion) private readonly uploads: UploadCompletion,
    @Inject(PlaylistOutput) private readonly playlists: PlaylistOutput,
    @Inject(StoryboardTrack) private readonly tracks: StoryboardTrack,
    @Inject(MergedHeader) private readonly header: MergedHeader,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async assemble(run: Run, signal: AbortSignal): Promise<void> {
    const record = await this.exports.find(run.exportId);
    if (!record || record.generation !== run.generation || !hasPlan(record)) return;
    const tasks = await this.work.completedTasks(run);
    if (record.state === 'assembling') {
      if (tasks.length === 0) await this.writePlaylist(record, run, signal);
      else await this.completeUpload(record, tasks, run, signal);
    } else if (isEnded(record.state) && record.state !== 'completed' && tasks.length > 0) {
      // an attempt before this one may have completed the upload while the export was cancelled, and died
      await this.uploads.discard(record, record.assembly ?? assemblyOf(tasks));
      await this.tracks.discard(record, tasks);
      if (record.plan.playlist) await this.playlists.discard(record, tasks);
    }
  }

  private async writePlaylist(record: PlannedExport, run: Run, signal: AbortSignal): Promise<void> {
    const made = await this.playlists.write(record, [], signal);
    crashPoint('assembly.written');
    const completed = await this.markCompleted(record, [], run, made);
    if (!completed) await this.unlessRunning(run, () => this.playlists.discard(record, []));
  }

  private async completeUpload(
    record: PlannedExport,
    tasks: readonly CompletedTask[],
    run: Run,
    signal: AbortSignal,
  ): Promise<void> {
    const prepared = await this.prepare(record, tasks, run, signal);
    if (prepared.kind === 'lost') return this.beginAnew(run, prepared.reason);
    const { assembly } = prepared;
    crashPoint('assembly.begun');
    const track = await this.tracks.write(record, tasks, signal);
    const completion = await this.uploads.complete(record, assembly, signal);
    if (completion.kind === 'lost') {
      await this.tracks.discard(record, tasks);
      return this.beginAnew(run, completion.reason);
    }
    crashPoint('assembly.completed');
    if (record.plan.header === 'merge') await this.deleteTempHead(record, signal);
    const { sizeBytes, etag } = completion.object;
    const gatewayBytes = assembly.sizeBytes - assemblyOf(tasks).sizeBytes + track.gatewayBytes;
    const object = { key: uploadPlace(record.destination, record.plan).key, etag };
    // should the playlist not come to be, this says that what lies beside its place is ours
    if (record.plan.playlist) await this.work.recordAssembly(run, { ...assembly, etag });
    const listed = record.plan.playlist && (await this.listed(record, tasks, signal));
    const completed = await this.markCompleted(record, tasks, run, {
      sizeBytes: listed?.sizeBytes ?? sizeBytes,
      gatewayBytes: gatewayBytes + (listed?.gatewayBytes ?? 0),
      written: [object, ...track.written, ...(listed?.written ?? [])],
      warnings: assembly.warnings,
    });
    if (completed) return;
    await this.unlessRunning(run, async () => {
      await this.uploads.discard(record, assembly, etag);
      await this.tracks.discard(record, tasks);
      if (listed) await this.playlists.discard(record, tasks);
    });
  }

  /** What was uploaded are segments of a playlist: it is the output, and comes last. */
  private async listed(record: PlannedExport, tasks: readonly CompletedTask[], signal: AbortSignal): Promise<Made> {
    const made = await this.playlists.write(record, tasks, signal);
    crashPoint('assembly.written');
    return made;
  }

  /** A merged header is recorded before the upload is completed: what it is made of is deleted afterwards. */
  private async prepare(
    record: PlannedExport,
    tasks: readonly CompletedTask[],
    run: Run,
    signal: AbortSignal,
  ): Promise<{ kind: 'ready'; assembly: Assembly } | { kind: 'lost'; reason: string }> {
    if (record.plan.header === 'none') return { kind: 'ready', assembly: assemblyOf(tasks) };
    if (record.assembly) return { kind: 'ready', assembly: record.assembly };
    const header = await this.header.write(record, tasks, signal);
    if (header.kind === 'lost') return header;
    crashPoint('assembly.header');
    const assembly: Assembly = { ...assemblyOf(tasks, [header.part]), warnings: header.warnings };
    await this.work.recordAssembly(run, assembly);
    return { kind: 'ready', assembly };
  }

  private async markCompleted(
    record: PlannedExport,
    tasks: readonly CompletedTask[],
    run: Run,
    made: Made,
  ): Promise<boolean> {
    const result = exportResult(record, tasks, made);
    const completed = await this.work.markCompleted(run, result, {
      validForMs: this.config.pollWindowMs,
      content: madeContentOf(record.output),
      written: made.written,
    });
    crashPoint('assembly.marked');
    if (completed) this.changes.tell(completed);
    return completed !== undefined;
  }

  /** The export was not marked completed: another gateway did it, or it was cancelled while the object was made. */
  private async unlessRunning(run: Run, discard: () => Promise<void>): Promise<void> {
    const now = await this.exports.find(run.exportId);
    if (now?.generation === run.generation && (now.state === 'cancelled' || now.state === 'failed')) await discard();
  }

  private async beginAnew(run: Run, reason: string): Promise<void> {
    this.logger.warn({ ...run, reason }, 'the parts of an export are lost');
    const restarted = await this.work.restart(run, this.config.maxGenerations);
    const changed =
      restarted ??
      (await this.work.fail(run, {
        code: 'upload-failed',
        message: `The output could not be written: ${reason}.`,
        details: { generation: run.generation },
        validForMs: this.config.failedWindowMs,
      }));
    if (changed) this.changes.tell(changed);
  }

  private async deleteTempHead(record: ExportRecord, signal: AbortSignal): Promise<void> {
    const { storeId, bucket } = record.destination;
    await this.stores.get(storeId).deleteMany(bucket, tempHeadKeysOf(ownerOf(record)), { signal });
  }
}

const hasPlan = (record: ExportRecord): record is PlannedExport => record.plan !== null;
