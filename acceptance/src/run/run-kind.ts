import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { Reference } from '../check/reference.js';
import {
  type AcceptanceFleet,
  type ExportOrder,
  LEAST_RANGE_BYTES,
  type MadeExport,
} from '../fleet/acceptance-fleet.js';
import type { Kind } from '../kinds/kind.js';
import { segmentStartTicks } from '../source/segment-clock.js';
import type { Source, SourceSegment } from '../source/source.js';
import type { AcceptanceCase, CaseResult } from './case.js';
import { type Checked, checkOutput, type Window } from './check-output.js';
import { aimBytesOf, fatSegment, putRecording, removeRecording } from './recording-in-store.js';

/** All of a size: most of an export is waiting. */
const AT_ONCE = 9;
/** Offsets into segments that are on no keyframe, segment or frame. */
const [IN_OFFSET_MS, OUT_OFFSET_MS] = [733, 411];

export interface KindRun {
  readonly kind: Kind;
  readonly directory: string;
  readonly cases: readonly AcceptanceCase[];
}

/** A kind's recording, where its cuts are, and what one ffmpeg makes of it. */
export class KindOnTrial {
  private constructor(
    readonly kind: Kind,
    private readonly source: Source,
    private readonly reference: Reference,
    private readonly prefix: string,
  ) {}

  static async make(kind: Kind, directory: string): Promise<KindOnTrial> {
    const source = await kind.make(directory);
    const reference = await Reference.write(source, path.join(directory, 'reference'));
    return new KindOnTrial(kind, source, reference, path.basename(directory));
  }

  /** First segment of what is taken from the middle. */
  private get middle(): number {
    return Math.floor(this.source.segments.length / 4);
  }

  private get window(): Window {
    const { segments } = this.source;
    const hasPicture = (segment: SourceSegment): boolean => segmentStartTicks(segment) !== undefined;
    const first = segments.findIndex((segment, index) => index >= 2 && hasPicture(segment));
    const last = segments.findLastIndex((segment, index) => index <= segments.length - 2 && hasPicture(segment));
    return { start: this.instantIn(first, IN_OFFSET_MS), end: this.instantIn(last, OUT_OFFSET_MS) };
  }

  /** In the middle of a segment that is shorter than the offset. */
  private instantIn(segmentIndex: number, offsetMs: number): Window['start'] {
    const durationMs = this.source.segments[segmentIndex].durationSeconds * 1000;
    return { segmentIndex, offsetMs: offsetMs < durationMs ? offsetMs : Math.floor(durationMs / 2) };
  }

  put(fleet: AcceptanceFleet, segmentsPerRange: number): Promise<string> {
    return putRecording(fleet, this.kind, this.source, { prefix: this.prefixOf(segmentsPerRange), segmentsPerRange });
  }

  remove(fleet: AcceptanceFleet, segmentsPerRange: number): Promise<void> {
    return removeRecording(fleet, this.prefixOf(segmentsPerRange));
  }

  orderOf({ segmentsPerRange, container, shape }: AcceptanceCase): ExportOrder {
    const playlistKey = `${this.prefixOf(segmentsPerRange)}/index.m3u8`;
    const { gapPolicy } = this.kind;
    const common = { playlistKey, container, ...(gapPolicy && { gapPolicy }) };
    if (shape === 'start') return { ...common, range: { kind: 'whole' }, cutMode: 'segment' };
    const [startMs, endMs] =
      shape === 'middle'
        ? [Math.ceil(this.startTicks(this.middle) / 90), Math.floor(this.startTicks(this.source.segments.length) / 90)]
        : [this.msOf(this.window.start), this.msOf(this.window.end)];
    const range = { kind: 'from-start', startMs, durationMs: endMs - startMs } as const;
    if (shape === 'middle') return { ...common, range, cutMode: 'segment' };
    return { ...common, range, cutMode: container === 'ts' ? 'keyframe' : 'exact' };
  }

  async check(made: MadeExport, of: AcceptanceCase): Promise<CaseResult> {
    const { kind, reference, middle, window } = this;
    const checked = this.isBytesAlone(of)
      ? await this.checkBytes(made.file, of)
      : await checkOutput(made.file, of, { kind, reference, middle, window: this.onGrid(window) });
    const expectedTasks = this.taskCountOf(of);
    const tasks =
      expectedTasks === undefined || expectedTasks === made.taskCount
        ? undefined
        : `${made.taskCount} tasks instead of ${expectedTasks}`;
    const problem = checked.problem ?? tasks;
    const { taskCount } = made;
    const sha256 = await sha256Of(made.file);
    return { ...of, ...checked, ...(problem !== undefined && { problem }), kindName: kind.name, taskCount, sha256 };
  }

  /** Where whole segments begin with half a picture or audio frame, a ts of them does, too. */
  private isBytesAlone({ container, shape }: AcceptanceCase): boolean {
    return container === 'ts' && shape === 'middle' && this.kind.exceptions?.middleOfWhole === true;
  }

  private async checkBytes(file: string, { segmentsPerRange }: AcceptanceCase): Promise<Checked> {
    const indexes = [...this.source.segments.keys()].slice(this.middle);
    const wanted = Buffer.concat(indexes.map((index) => fatSegment(this.source, index, segmentsPerRange)));
    const isSame = wanted.equals(await readFile(file));
    return { packetCount: 0, frameCount: 0, ...(!isSame && { problem: 'not the bytes of the segments' }) };
  }

  /** Of an mp4 or mov: its ranges. A ts is grouped by what is copied and what is streamed. */
  private taskCountOf({ container, shape, segmentsPerRange }: AcceptanceCase): number | undefined {
    if (container === 'ts' || shape === 'cut') return undefined;
    if (this.kind.oneTask) return 1;
    const { segments } = this.source;
    const count = segments.slice(shape === 'start' ? 0 : this.middle).filter(({ isMissing }) => !isMissing).length;
    // a recording has no more ranges than there are least ranges in it
    const most = Math.floor((count * aimBytesOf(segmentsPerRange)) / LEAST_RANGE_BYTES);
    return Math.max(1, Math.min(most, Math.ceil(count / segmentsPerRange)));
  }

  /** Sum of the EXTINFs before a segment, as a playlist's reader has it. */
  private startTicks(segmentIndex: number): number {
    const before = this.source.segments.slice(0, segmentIndex);
    return before.reduce((sum, { durationSeconds }) => sum + Math.round(durationSeconds * 90_000), 0);
  }

  /** Requests are made in whole milliseconds. */
  private msOf({ segmentIndex, offsetMs }: Window['start']): number {
    return Math.round(this.startTicks(segmentIndex) / 90) + offsetMs;
  }

  private onGrid({ start, end }: Window): Window {
    const exact = ({ segmentIndex, offsetMs }: Window['start']): Window['start'] => ({
      segmentIndex,
      offsetMs: this.msOf({ segmentIndex, offsetMs }) - this.startTicks(segmentIndex) / 90,
    });
    return { start: exact(start), end: exact(end) };
  }

  private prefixOf(segmentsPerRange: number): string {
    return `${this.prefix}-${segmentsPerRange}`;
  }
}

/** All cases of a kind; what goes wrong is a result, too. `keep`: recordings stay in the store, to be exported again. */
export const runKind = async (
  fleet: AcceptanceFleet,
  { kind, directory, cases }: KindRun,
  keep = false,
): Promise<{ results: CaseResult[]; trial: KindOnTrial }> => {
  const trial = await KindOnTrial.make(kind, directory);
  const limit = pLimit(AT_ONCE);
  const results: CaseResult[] = [];
  for (const segmentsPerRange of new Set(cases.map((each) => each.segmentsPerRange))) {
    await trial.put(fleet, segmentsPerRange);
    const mine = cases.filter((each) => each.segmentsPerRange === segmentsPerRange);
    results.push(...(await Promise.all(mine.map((each) => limit(() => runCase(fleet, trial, each))))));
    if (!keep) await trial.remove(fleet, segmentsPerRange);
  }
  return { results, trial };
};

const runCase = async (fleet: AcceptanceFleet, trial: KindOnTrial, each: AcceptanceCase): Promise<CaseResult> => {
  try {
    const made = await fleet.make(trial.orderOf(each));
    const result = await trial.check(made, each);
    await fleet.remove(made.key);
    return result;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const nothing = { taskCount: 0, packetCount: 0, frameCount: 0, sha256: '' };
    return { ...each, ...nothing, kindName: trial.kind.name, problem };
  }
};

export const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
};
