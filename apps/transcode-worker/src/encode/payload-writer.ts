import { createHash } from 'node:crypto';
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
import { attemptParts, type EncodeAudioTask, type EncodeRangeTask, type PartBlock } from '@clipfleet/timeline';
import type { TimedSample } from './kept-sound.js';

const TARGET_PART_BYTES = 16 * 1024 * 1024;

/** One attempt at a task. */
export interface Attempt {
  attemptNumber: number;
  /** Where the first bytes of a payload of several tasks wait for the header. */
  headKey: string;
}

type Written = Pick<TaskReport, 'warnings' | 'rangeReportBase64' | 'headKey' | 'headSha256'>;

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
    this.slot = attemptParts(partBlock, io.destination.abilities, attempt.attemptNumber);
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
    const headKey = attemptHeadKey(this.attempt.headKey, this.attempt.attemptNumber);
    const head = Buffer.concat(reserved);
    await this.io.putBeside(headKey, head);
    const headSha256 = createHash('sha256').update(head).digest('hex');
    return { rangeReportBase64, headKey, headSha256, warnings: [] };
  }
}
