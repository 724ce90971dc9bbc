import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  encodeRangeReport,
  IsobmffError,
  MIN_PART_BYTES,
  mergeRanges,
  PartSplitter,
  type RangeEnd,
  type SplitEnd,
  type SplitPart,
} from '@clipfleet/isobmff';
import { TsDemuxer, type VideoCodec } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import { type PartBlock, payloadPartCount, type Piece, rangePartBytes, type RemuxRangeTask } from '@clipfleet/timeline';
import { mediaFailure } from '../media-failure.js';
import type { TaskReport } from '@clipfleet/contracts';
import { attemptNumbers } from './attempt-parts.js';
import { EdgeFinder } from './edge-finder.js';
import type { EncodeEdge } from './edge-steps.js';
import { SamplePipe } from './sample-pipe.js';
import { startsAnew } from './starts-anew.js';

export interface RemuxOptions {
  /** Size of the parts the payload is cut into; larger where the range would leave its part numbers. */
  partBytes: number;
  /** Where the first bytes of range 0 of several wait for the gateway. */
  headKey: string;
  /** For tasks whose edges are encoded: by what, and which delivery of the task this is (1-based). */
  edges?: { encode: EncodeEdge; deliveryCount: number };
}

const VIDEO_KINDS: ReadonlySet<string> = new Set<VideoCodec>(['h264', 'hevc', 'mpeg2video']);

/** TS pieces → mp4/mov payload in parts of the output's upload. A range that is alone also writes the header, as part 1. */
export const remuxRange = async (task: RemuxRangeTask, io: TaskIo, options: RemuxOptions): Promise<TaskReport> => {
  try {
    return await new RangeRemux(task, io, options).run();
  } catch (error) {
    throw mediaFailure(error);
  }
};

class RangeRemux {
  private readonly alone: boolean;
  private readonly pipe: SamplePipe;
  private readonly demuxer: TsDemuxer;
  private readonly splitter: PartSplitter;
  private readonly programPackets: Uint8Array | undefined;
  private readonly numbers: PartBlock;
  private runIndex: number | undefined;

  constructor(
    private readonly task: RemuxRangeTask,
    private readonly io: TaskIo,
    private readonly options: RemuxOptions,
  ) {
    const { programBase64, rangeIndex, rangeCount, cutMode, trimStart, trimEnd } = task;
    const edges = edgesOf(task, options);
    this.alone = rangeCount === 1;
    this.programPackets = programBase64 === undefined ? undefined : Buffer.from(programBase64, 'base64');
    this.numbers = edges ? attemptNumbers(task.partBlock, io, edges.deliveryCount) : task.partBlock;
    this.pipe = new SamplePipe(
      {
        mode: cutMode === 'exact' ? 'exact' : 'keyframe',
        hasStart: trimStart !== undefined,
        hasEnd: trimEnd !== undefined,
      },
      edges?.encode,
    );
    this.demuxer = new TsDemuxer({
      sink: this.pipe,
      // the merge tells by it whether this range goes on with the clock of the one before
      firstRunIndex: task.pieces[0].runIndex,
      ...(this.programPackets && { programPackets: this.programPackets }),
    });
    this.splitter = new PartSplitter({
      targetPartBytes: rangePartBytes({ ...task, partBlock: this.numbers }, options.partBytes),
      reserveBytes: rangeIndex === 0 ? MIN_PART_BYTES : 0,
      isLast: rangeIndex === rangeCount - 1,
    });
  }

  async run(): Promise<TaskReport> {
    const { lead, pieces } = this.task;
    for (const piece of lead) await this.feed(piece, []);
    for (const [index, piece] of pieces.entries()) {
      if (this.pipe.done) break;
      await this.feed(piece, this.edgesOf(index));
    }
    if (this.task.trimEnd) await this.feedBehindEnd();
    else await this.feedTail();
    this.demuxer.flush();
    this.assertVideoUnderstood();
    if (this.pipe.isHeadOpen && this.task.rangeIndex < this.task.rangeCount - 1) await this.demandCleanJoin();
    return this.finish(await this.pipe.finish());
  }

  /** Pictures of which none could be read, for want of parameter sets, must not become a file without video. */
  private assertVideoUnderstood(): void {
    const unread = this.demuxer.warnings.filter(({ code }) => code === 'time-missing');
    const lost = unread.find(({ pid }) => this.isVideo(pid) && !this.pipe.knows(pid));
    if (!lost) return;
    throw new ClipfleetError('undecodable', `None of ${lost.count} pictures of the range has its parameter sets.`);
  }

  private isVideo(pid: number | undefined): pid is number {
    const stream = this.demuxer.program?.streams.find((found) => found.pid === pid);
    return stream !== undefined && VIDEO_KINDS.has(stream.kind);
  }

  /** The edges that lie in the piece at `index`: finders that watch its bytes. */
  private edgesOf(index: number): EdgeFinder[] {
    const { trimStart, trimEnd, pieces } = this.task;
    const finders: EdgeFinder[] = [];
    const add = (kind: 'start' | 'end', edge: { offsetTicks: number }): void => {
      const finder = new EdgeFinder(edge, this.programPackets);
      this.pipe.awaitEdge(kind, finder);
      finders.push(finder);
    };
    if (index === 0 && trimStart) add('start', trimStart);
    if (index === pieces.length - 1 && trimEnd) add('end', trimEnd);
    return finders;
  }

  private async feed(piece: Piece, edges: EdgeFinder[]): Promise<void> {
    this.demuxer.startSegment({ newRun: this.runIndex !== undefined && piece.runIndex !== this.runIndex });
    this.runIndex = piece.runIndex;
    for await (const chunk of this.io.read(piece)) {
      for (const edge of edges) edge.push(chunk);
      this.demuxer.push(chunk);
      await this.writeParts((await this.pipe.takePayload()).flatMap((bytes) => this.splitter.push(bytes)));
      if (this.pipe.done) return;
    }
    for (const edge of edges) edge.finish();
  }

  /** With open GOPs the last pictures before the cut may lie behind the next segment's keyframe. No other range has them. */
  private async feedBehindEnd(): Promise<void> {
    for (const piece of this.task.tail) {
      if (this.pipe.done) return;
      await this.feed(piece, []);
    }
  }

  /** What completes the PES and audio frames that started in the range. */
  private async feedTail(): Promise<void> {
    this.demuxer.endOwn();
    for (const piece of this.task.tail) {
      if (this.pipe.done) return;
      this.demuxer.startSegment();
      try {
        for await (const chunk of this.io.read(piece)) {
          this.demuxer.push(chunk);
          if (this.demuxer.isComplete) return;
        }
      } catch (error) {
        // it is not part of the range: what it would complete is left as a recording that ends there leaves it
        if (error instanceof ClipfleetError && error.code === 'undecodable') return;
        throw error;
      }
    }
  }

  /** The head reaches to the range's end: it can only be encoded alone if the next range begins anew. */
  private async demandCleanJoin(): Promise<void> {
    const [next] = this.task.tail;
    if (next && !(await startsAnew(this.io.read(next), this.programPackets))) {
      throw new IsobmffError('edge-not-encodable', 'the range behind the encoded head does not begin anew (open GOP)');
    }
  }

  private async writeParts(parts: readonly SplitPart[]): Promise<void> {
    const firstPartNumber = this.numbers.firstPartNumber + (this.alone ? 1 : 0);
    for (const { index, chunks } of parts) {
      this.assertOwnPart(index);
      await this.io.write(firstPartNumber + index, Buffer.concat(chunks));
    }
  }

  /** The numbers behind the block are another range's: its bytes would be replaced without a word. */
  private assertOwnPart(index: number): void {
    const partCount = payloadPartCount({ ...this.task, partBlock: this.numbers });
    if (index < partCount) return;
    throw new ClipfleetError('internal', `The range has more than its ${partCount} parts.`, { retryable: false });
  }

  private async finish({ payload, report }: RangeEnd): Promise<TaskReport> {
    await this.writeParts(payload.flatMap((bytes) => this.splitter.push(bytes)));
    const end = this.splitter.finish();
    await this.writeParts(end.parts);
    const padded = { ...report, paddingBytes: end.paddingBytes };
    const told = this.alone ? await this.writeHeader(padded, end) : await this.tellReport(padded, end);
    const { videoFrameCount, startDeltaTicks, endDeltaTicks } = this.pipe.measured;
    const cut = { ...told.cut, startDeltaTicks, endDeltaTicks, videoFrameCount };
    const warnings = [...this.demuxer.warnings.map(toWarning), ...told.warnings];
    return { ...(await this.io.finish()), ...told, cut, warnings };
  }

  /** The first part: header and the first bytes of the payload. */
  private async writeHeader(
    report: RangeEnd['report'],
    { reserved, reservedBytes }: SplitEnd,
  ): Promise<Pick<TaskReport, 'warnings' | 'cut'>> {
    const merged = mergeRanges([report], {
      container: this.task.container,
      minFirstPartBytes: MIN_PART_BYTES,
      reservedBytes: Math.max(reservedBytes, report.payloadBytes <= MIN_PART_BYTES ? MIN_PART_BYTES : 0),
    });
    await this.io.write(this.numbers.firstPartNumber, Buffer.concat([merged.headerBytes, ...reserved]));
    return { warnings: [...merged.warnings] };
  }

  /** For the gateway's merge: the report in the message, range 0's first bytes in an object of their own. */
  private async tellReport(
    report: RangeEnd['report'],
    { reserved }: SplitEnd,
  ): Promise<Pick<TaskReport, 'warnings' | 'cut' | 'rangeReportBase64' | 'headSha256'>> {
    const rangeReportBase64 = gzipSync(encodeRangeReport(report)).toString('base64');
    if (this.task.rangeIndex > 0) return { rangeReportBase64, warnings: [] };
    const head = Buffer.concat(reserved);
    await this.io.putBeside(this.options.headKey, head);
    if (!this.task.encodesEdges) return { rangeReportBase64, warnings: [] };
    // another delivery may have encoded other bytes to the same key
    return { rangeReportBase64, headSha256: createHash('sha256').update(head).digest('hex'), warnings: [] };
  }
}

const edgesOf = ({ encodesEdges }: RemuxRangeTask, { edges }: RemuxOptions): RemuxOptions['edges'] => {
  if (encodesEdges && !edges) {
    throw new ClipfleetError('internal', 'This worker cannot encode the edges of a range.', { retryable: false });
  }
  return encodesEdges ? edges : undefined;
};

const toWarning = (warning: { code: string; count: number; pid?: number }): { code: string; message: string } => {
  const where = warning.pid === undefined ? '' : ` on PID ${warning.pid}`;
  return { code: warning.code, message: `${warning.count} times${where}` };
};
