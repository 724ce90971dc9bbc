import { gzipSync } from 'node:zlib';
import type { TaskReport } from '@clipfleet/contracts';
import { attemptHeadKey } from '@clipfleet/contracts';
import {
  encodeRangeReport,
  MIN_PART_BYTES,
  mergeRanges,
  PartSplitter,
  type RangeReport,
  RangeWriter,
  type ShownWindow,
  type SplitEnd,
  type SplitPart,
} from '@clipfleet/isobmff';
import type { TaskIo } from '@clipfleet/object-store';
import { type EncodeAudioTask, type EncodeRangeTask, type PartBlock, partSlot } from '@clipfleet/timeline';
import type { TimedSample } from './kept-sound.js';

const TARGET_PART_BYTES = 16 * 1024 * 1024;

/** One delivery of a task. */
export interface Attempt {
  /** 1-based. */
  deliveryCount: number;
  /** Where the first bytes of a payload of several tasks wait for the header. */
  headKey: string;
}

/**
 * Deliveries write apart from each other where the store completes a subset of its parts. Where it does not (Ceph RGW), a later
 * one overwrites: what a lost worker still writes then changes an ETag, the completion is refused, the export starts again.
 */
export const partNumbersOf = (partBlock: PartBlock, io: TaskIo, deliveryCount: number): PartBlock =>
  io.destination.abilities.subsetCompletion ? partSlot(partBlock, deliveryCount) : partBlock;

type Written = Pick<TaskReport, 'warnings' | 'rangeReportBase64' | 'headKey'>;

/**
 * Samples of an encode → payload in the part numbers of this delivery. Another delivery makes other bytes: neither its parts nor
 * its first bytes may ever stand for those that are reported here.
 */
export class PayloadWriter {
  private readonly writer = new RangeWriter();
  private readonly splitter: PartSplitter;
  private readonly slot: PartBlock;
  private readonly alone: boolean;

  /** `mostBytes`: more than the payload will have. */
  constructor(
    private readonly task: EncodeRangeTask | EncodeAudioTask,
    private readonly io: TaskIo,
    private readonly attempt: Attempt,
    mostBytes: number,
  ) {
    const { place, partBlock } = task;
    this.alone = place === 'only';
    this.slot = partNumbersOf(partBlock, io, attempt.deliveryCount);
    const partCount = Math.max(1, this.slot.partCount - (this.alone ? 1 : 0));
    this.splitter = new PartSplitter({
      targetPartBytes: Math.max(TARGET_PART_BYTES, Math.ceil((mostBytes + MIN_PART_BYTES) / partCount)),
      reserveBytes: place === 'only' || place === 'first' ? MIN_PART_BYTES : 0,
      isLast: place === 'only' || place === 'last',
    });
  }

  async push({ sample, config }: TimedSample): Promise<void> {
    for (const bytes of this.writer.push(sample, config)) await this.writeParts(this.splitter.push(bytes));
  }

  /** Everything that `task.completed` says, but for the cut. */
  async finish(shown: ShownWindow): Promise<Omit<TaskReport, 'cut'>> {
    const { payload, report } = this.writer.finish(shown);
    for (const bytes of payload) await this.writeParts(this.splitter.push(bytes));
    const end = this.splitter.finish();
    await this.writeParts(end.parts);
    const padded = { ...report, paddingBytes: end.paddingBytes };
    const told = this.alone ? await this.writeHeader(padded, end) : await this.tellReport(padded, end);
    return { ...(await this.io.finish()), ...told };
  }

  private async writeParts(parts: readonly SplitPart[]): Promise<void> {
    const firstPartNumber = this.slot.firstPartNumber + (this.alone ? 1 : 0);
    for (const { index, chunks } of parts) await this.io.write(firstPartNumber + index, chunks);
  }

  /** The first part: header and the first bytes of the payload. */
  private async writeHeader(report: RangeReport, { reserved, reservedBytes }: SplitEnd): Promise<Written> {
    const merged = mergeRanges([report], {
      container: this.task.container,
      minFirstPartBytes: MIN_PART_BYTES,
      reservedBytes: Math.max(reservedBytes, report.payloadBytes <= MIN_PART_BYTES ? MIN_PART_BYTES : 0),
      encoded: true,
    });
    await this.io.write(this.slot.firstPartNumber, [merged.headerBytes, ...reserved]);
    return { warnings: [...merged.warnings] };
  }

  /** For the gateway's merge: the report in the message, the output's first bytes in an object of this delivery's own. */
  private async tellReport(report: RangeReport, { reserved }: SplitEnd): Promise<Written> {
    const rangeReportBase64 = gzipSync(encodeRangeReport(report)).toString('base64');
    if (this.task.place !== 'first') return { rangeReportBase64, warnings: [] };
    const headKey = attemptHeadKey(this.attempt.headKey, this.attempt.deliveryCount);
    await this.io.putBeside(headKey, Buffer.concat(reserved));
    return { rangeReportBase64, headKey, warnings: [] };
  }
}
