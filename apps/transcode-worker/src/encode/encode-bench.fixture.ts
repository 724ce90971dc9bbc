import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { TaskReport } from '@clipfleet/contracts';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { decodeRangeReport, mergeRanges, MIN_PART_BYTES } from '@clipfleet/isobmff';
import { TaskIo } from '@clipfleet/object-store';
import { TaskBench, taskMessage } from '@clipfleet/testing';
import { BUILT_IN_PROFILES, type EncodeAudioTask, type EncodeRangeTask, type Piece } from '@clipfleet/timeline';
import { EncodeTasks } from './encode-tasks.js';

export type EncodeTask = EncodeRangeTask | EncodeAudioTask;

const PARTS_PER_TASK = 80;

/** Tasks of one output, run one after the other by workers that know nothing of each other, put together as the gateway does. */
export class EncodeBench {
  readonly tasks = new TaskBench();
  readonly scratchPath = mkdtempSync(join(tmpdir(), 'clipfleet-encode-'));
  readonly encodes = new EncodeTasks(new FluentFfmpegRunner(), {
    ...{ scratchPath: this.scratchPath, concurrency: 2, maxScratchBytes: 1e9, ffmpegTimeoutMs: 120_000 },
  });
  private outputCount = 0;

  async run(
    tasks: readonly EncodeTask[],
    attemptNumber: (index: number) => number = () => 1,
  ): Promise<{ path: string; reports: TaskReport[] }> {
    const { store, stores, rootPath } = this.tasks;
    await store.ensureBucket('out');
    const at = { bucket: 'out', key: `encoded-${this.outputCount++}.mp4` };
    const uploadId = await store.createUpload(at);
    const reports: TaskReport[] = [];
    for (const [index, task] of tasks.entries()) {
      const message = taskMessage(task, { destination: { storeId: 'local', ...at }, uploadId });
      const io = new TaskIo(stores, message, { signal: new AbortController().signal, onProgress: () => {} });
      const attempt = { attemptNumber: attemptNumber(index), headKey: `${at.key}-head` };
      reports.push(await this.encodes.encode(task, io, attempt, () => {}));
    }
    const parts = reports.flatMap((report) => report.parts);
    if (tasks.length > 1) parts.push(await this.header(tasks, reports, at, uploadId));
    await store.completeUpload(
      at,
      uploadId,
      parts.toSorted((a, b) => a.partNumber - b.partNumber),
    );
    return { path: join(rootPath, 'out', at.key), reports };
  }

  /** One task, cut short by its signal. */
  async start(task: EncodeTask, signal: AbortSignal, onProgress: () => void): Promise<TaskReport> {
    const { store, stores } = this.tasks;
    await store.ensureBucket('out');
    const at = { bucket: 'out', key: `encoded-${this.outputCount++}.mp4` };
    const upload = { destination: { storeId: 'local', ...at }, uploadId: await store.createUpload(at) };
    const io = new TaskIo(stores, taskMessage(task, upload), { signal, onProgress: () => {} });
    return this.encodes.encode(task, io, { attemptNumber: 1, headKey: 'head' }, onProgress);
  }

  scratchFiles(): string[] {
    return readdirSync(this.scratchPath);
  }

  async close(): Promise<void> {
    await this.tasks.close();
    rmSync(this.scratchPath, { recursive: true, force: true });
  }

  private async header(
    tasks: readonly EncodeTask[],
    reports: readonly TaskReport[],
    at: { bucket: string; key: string },
    uploadId: string,
  ): Promise<TaskReport['parts'][number]> {
    const { store } = this.tasks;
    const decoded = reports.map(({ rangeReportBase64 }) =>
      decodeRangeReport(gunzipSync(Buffer.from(rangeReportBase64!, 'base64'))),
    );
    const { headKey } = reports.find((report) => report.headKey !== undefined)!;
    const head = await store.getBytes({ ...at, key: headKey! }, { limitBytes: 1e8 });
    const of = (kind: EncodeTask['kind']) => decoded.filter((_report, index) => tasks[index].kind === kind);
    const { headerBytes } = mergeRanges(of('encode-range'), {
      ...{ container: 'mp4', minFirstPartBytes: MIN_PART_BYTES, reservedBytes: head.length, encoded: true },
      besides: of('encode-audio'),
    });
    return store.uploadPart(at, uploadId, 1, Buffer.concat([headerBytes, head]));
  }
}

export interface TasksSketch extends Partial<Pick<EncodeRangeTask, 'trimStart' | 'trimEnd' | 'video'>> {
  piecesPerRange: number;
  sound?: 'copy' | 'encode';
  /** Pieces behind the clip. */
  after?: readonly Piece[];
  /** Pieces before each range, and behind it. */
  leadPieces?: number;
  tailPieces?: number;
  programBase64?: string;
}

/** What the planner would make of a clip, with ranges as short as wished. */
export const tasksOf = (
  { pieces, source }: { pieces: readonly Piece[]; source: EncodeTask['source'] },
  sketch: TasksSketch,
): EncodeTask[] => {
  const { piecesPerRange, sound = 'copy', after = [], leadPieces = 2, tailPieces = 1, trimStart, trimEnd } = sketch;
  const { programBase64 } = sketch;
  const { video, audio } = BUILT_IN_PROFILES['default'];
  const starts = pieces.flatMap((_piece, index) => (index % piecesPerRange === 0 ? [index] : []));
  const before = sound === 'encode' ? 1 : 0;
  const count = starts.length + before;
  const base = (index: number) => ({
    ...({ source, workBytes: 1_000_000, container: 'mp4', cutMode: 'exact' } as const),
    ...(programBase64 !== undefined && { programBase64 }),
    place: placeOf(index, count),
    partBlock: { firstPartNumber: count === 1 ? 1 : 2 + index * PARTS_PER_TASK, partCount: PARTS_PER_TASK },
  });
  const tail = (position: number): Piece[] =>
    [...pieces.slice(position, position + tailPieces), ...after]
      .slice(0, tailPieces)
      .filter(({ runIndex }) => runIndex === pieces[position - 1].runIndex);
  const ranges = starts.map((start, rangeIndex): EncodeRangeTask => {
    const own = pieces.slice(start, start + piecesPerRange);
    const lead = pieces.slice(Math.max(0, start - leadPieces), start);
    const run = pieces.filter(({ runIndex }) => runIndex === own[0].runIndex);
    const passed = run.slice(0, run.indexOf(own[0]));
    const isCut = trimStart !== undefined && run[0] === pieces[0];
    const gridStart = {
      pieces: run.slice(0, tailPieces),
      ...(isCut && { trimStart }),
      passedTicks: passed.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
    };
    return {
      ...{ kind: 'encode-range', ...base(rangeIndex + before), rangeIndex, rangeCount: starts.length },
      lead: lead.filter(({ runIndex }) => runIndex === own[0].runIndex),
      pieces: own,
      tail: tail(start + own.length),
      ...(rangeIndex === 0 && trimStart && { trimStart }),
      ...(rangeIndex === starts.length - 1 && trimEnd && { trimEnd }),
      video: sketch.video ?? video,
      copiesAudio: sound === 'copy',
      ...(sketch.video?.frameRate !== undefined && passed.length > 0 && { gridStart }),
    };
  });
  const cuts = { ...(trimStart && { trimStart }), ...(trimEnd && { trimEnd }) };
  const audioTask: EncodeAudioTask = {
    ...{ kind: 'encode-audio', ...base(0), ...cuts, audio, lead: [] },
    ...{ pieces: [...pieces], tail: tail(pieces.length) },
  };
  return sound === 'encode' ? [audioTask, ...ranges] : ranges;
};

const placeOf = (index: number, count: number): EncodeTask['place'] => {
  if (count === 1) return 'only';
  if (index === 0) return 'first';
  return index === count - 1 ? 'last' : 'inner';
};
