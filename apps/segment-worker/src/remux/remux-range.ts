import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import {
  encodeRangeReports,
  MIN_PART_BYTES,
  mergeRanges,
  PartSplitter,
  type RangeReport,
  type SplitEnd,
  type SplitPart,
} from '@clipfleet/isobmff';
import type { SamplePool } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import {
  attemptParts,
  clipsOfTask,
  type PartBlock,
  payloadPartCount,
  rangePartBytes,
  type RemuxRangeTask,
} from '@clipfleet/timeline';
import { mediaFailure } from '../media-failure.js';
import { CountingEncoder, type EncodeEdge } from './edge-steps.js';
import { type StretchEnd, StretchRemux } from './stretch-remux.js';

export interface RemuxOptions {
  /** Size of the parts the payload is cut into; larger where the range would leave its part numbers. */
  partBytes: number;
  /** Where the first bytes of range 0 of several wait for the gateway. */
  headKey: string;
  /** Memory for samples, of all ranges of this worker. */
  samplePool: SamplePool;
  /** For tasks whose edges are encoded: by what, and which attempt at the task this is. */
  edges?: { encode: EncodeEdge; attemptNumber: number };
}

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
  private readonly splitter: PartSplitter;
  private readonly numbers: PartBlock;
  private readonly encoder: CountingEncoder | undefined;

  constructor(
    private readonly task: RemuxRangeTask,
    private readonly io: TaskIo,
    private readonly options: RemuxOptions,
  ) {
    const { rangeIndex, rangeCount } = task;
    const edges = edgesOf(task, options);
    this.alone = rangeCount === 1;
    this.encoder = edges && new CountingEncoder(edges.encode);
    this.numbers = edges ? attemptParts(task.partBlock, io.destination.abilities, edges.attemptNumber) : task.partBlock;
    this.splitter = new PartSplitter({
      targetPartBytes: rangePartBytes({ ...task, partBlock: this.numbers }, options.partBytes),
      reserveBytes: rangeIndex === 0 ? MIN_PART_BYTES : 0,
      isLast: rangeIndex === rangeCount - 1,
    });
  }

  async run(): Promise<TaskReport> {
    const ends: StretchEnd[] = [];
    const take = (payload: readonly Uint8Array[]): Promise<void> =>
      this.writeParts(payload.flatMap((bytes) => this.splitter.push(bytes)));
    const { cutMode, pieces, rangeIndex, rangeCount } = this.task;
    const stretches = clipsOfTask(this.task, pieces);
    for (const [index, stretch] of stretches.entries()) {
      const isOpenEnded = index === stretches.length - 1 && rangeIndex < rangeCount - 1;
      const options = { cutMode, encode: this.encoder?.encode, isOpenEnded, samplePool: this.options.samplePool };
      ends.push(await new StretchRemux(stretch, options, this.io, take).run());
    }
    return this.finish(ends);
  }

  private async writeParts(parts: readonly SplitPart[]): Promise<void> {
    const firstPartNumber = this.numbers.firstPartNumber + (this.alone ? 1 : 0);
    for (const { index, chunks } of parts) {
      this.assertOwnPart(index);
      await this.io.write(firstPartNumber + index, chunks, () => this.giveBack(chunks));
    }
  }

  /** An edge that is encoded may need pictures again that were written. */
  private giveBack(chunks: readonly Uint8Array[]): void {
    if (!this.encoder) this.options.samplePool.giveBack(chunks);
  }

  /** The numbers behind the block are another range's: its bytes would be replaced without a word. */
  private assertOwnPart(index: number): void {
    const partCount = payloadPartCount({ ...this.task, partBlock: this.numbers });
    if (index < partCount) return;
    throw new ClipfleetError('internal', `The range has more than its ${partCount} parts.`, { retryable: false });
  }

  private async finish(ends: readonly StretchEnd[]): Promise<TaskReport> {
    const end = this.splitter.finish();
    await this.writeParts(end.parts);
    const reports = ends.map(({ report }, index) =>
      index === ends.length - 1 ? { ...report, paddingBytes: end.paddingBytes } : report,
    );
    const told = this.alone ? await this.writeHeader(reports, end) : await this.tellReport(reports, end);
    const warnings = [...ends.flatMap((stretch) => stretch.warnings.map(toWarning)), ...told.warnings];
    const encoded = this.encoder && { encodedFrameCount: this.encoder.frameCount };
    return { ...(await this.io.finish()), ...told, ...cutsOf(ends), ...encoded, warnings };
  }

  /** The first part: header and the first bytes of the payload. */
  private async writeHeader(
    reports: readonly RangeReport[],
    { reserved, reservedBytes }: SplitEnd,
  ): Promise<Pick<TaskReport, 'warnings'>> {
    const payloadBytes = reports.reduce((sum, report) => sum + report.payloadBytes, 0);
    const merged = mergeRanges(reports, {
      container: this.task.container,
      minFirstPartBytes: MIN_PART_BYTES,
      reservedBytes: Math.max(reservedBytes, payloadBytes <= MIN_PART_BYTES ? MIN_PART_BYTES : 0),
    });
    await this.io.write(this.numbers.firstPartNumber, [merged.headerBytes, ...reserved], () => this.giveBack(reserved));
    return { warnings: [...merged.warnings] };
  }

  /** For the gateway's merge: the reports in the message, range 0's first bytes in an object of their own. */
  private async tellReport(
    reports: readonly RangeReport[],
    { reserved }: SplitEnd,
  ): Promise<Pick<TaskReport, 'warnings' | 'rangeReportBase64' | 'headSha256'>> {
    const rangeReportBase64 = gzipSync(encodeRangeReports(reports)).toString('base64');
    if (this.task.rangeIndex > 0) return { rangeReportBase64, warnings: [] };
    const head = Buffer.concat(reserved);
    this.giveBack(reserved);
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

const cutsOf = (ends: readonly StretchEnd[]): Pick<TaskReport, 'cut' | 'clipCuts'> => {
  const [first] = ends;
  if (first.report.clipIndex === undefined) return { cut: first.cut };
  const counts = ends.flatMap(({ cut }) => cut.videoFrameCount ?? []);
  return {
    cut: { ...(counts.length > 0 && { videoFrameCount: counts.reduce((sum, count) => sum + count) }) },
    clipCuts: ends.map(({ cut, report }) => ({ ...cut, clipIndex: report.clipIndex! })),
  };
};

const toWarning = (warning: { code: string; count: number; pid?: number }): { code: string; message: string } => {
  const where = warning.pid === undefined ? '' : ` on PID ${warning.pid}`;
  return { code: warning.code, message: `${warning.count} times${where}` };
};
