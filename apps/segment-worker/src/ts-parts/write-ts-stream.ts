import { ClipfleetError } from '@clipfleet/contracts';
import { type MeasuredTrim, TsRebaser } from '@clipfleet/mpegts';
import { PartCutter, type TaskIo } from '@clipfleet/object-store';
import { attemptParts, type PartBlock, type Piece, TS_STREAM_BLOCK, type TsPartsTask } from '@clipfleet/timeline';
import type { TsEdgeEncoder } from './encode-ts-edges.js';
import { encodeTrimmed } from './encode-trimmed.js';
import { trimPieces } from './trim-pieces.js';
import { type ClipCuts, edgeStretches, isCut, joinCuts, type Section, sectionsOf } from './ts-sections.js';

/** The whole output as one stream, cut wherever a part is full. `edges`: what is cut is encoded, to numbers of this delivery. */
export const writeTsStream = async (
  task: TsPartsTask,
  partBytes: number,
  io: TaskIo,
  edges: TsEdgeEncoder | undefined,
): Promise<ClipCuts> => {
  const numbers = edges
    ? attemptParts(TS_STREAM_BLOCK, io.destination.abilities, edges.attemptNumber)
    : TS_STREAM_BLOCK;
  const stream = new TsStream(task, partBytes, io, numbers);
  const cuts: ClipCuts = [];
  for (const section of sectionsOf(task)) {
    const stretches = edges ? edgeStretches(section) : [section];
    const startByte = stream.sizeBytes;
    const written: Written[] = [];
    for (const [index, stretch] of stretches.entries())
      written.push(await stream.write(stretch, edges, stretches[index + 1]?.pieces[0] ?? section.tail[0]));
    const cut = joinCuts(
      written.map((each) => each.cut),
      written.length,
    );
    const durationTicks = written.reduce((sum, each) => sum + each.durationTicks, 0);
    const segment = task.listsSegments && { startByte, endByte: stream.sizeBytes, durationTicks };
    cuts.push({ clipIndex: section.clipIndex, cut: cut ?? {}, ...(segment && { segment }) });
  }
  await stream.finish();
  return cuts;
};

/** `durationTicks`: of what was encoded. */
interface Written {
  cut: MeasuredTrim;
  durationTicks: number;
}

class TsStream {
  /** All bytes so far. */
  sizeBytes = 0;
  private readonly cutter: PartCutter;
  /** What comes out has one clock and one row of continuity counters. */
  private readonly rebaser: TsRebaser | undefined;
  private runIndex: number | undefined;
  private partCount = 0;

  constructor(
    task: TsPartsTask,
    partBytes: number,
    private readonly io: TaskIo,
    private readonly numbers: PartBlock,
  ) {
    this.cutter = new PartCutter(partBytes, { foldRemainder: false });
    if (task.clean === true) this.rebaser = new TsRebaser();
  }

  /** `next`: the piece that follows. */
  async write(stretch: Section, edges: TsEdgeEncoder | undefined, next: Piece | undefined): Promise<Written> {
    const { pieces } = stretch;
    const continues = this.runIndex === undefined || this.runIndex === pieces[0].runIndex;
    if (!continues && this.rebaser) await this.take([this.rebaser.startRun()]);
    this.runIndex = pieces.at(-1)!.runIndex;
    if (edges === undefined || !isCut(stretch)) {
      const { measured } = await trimPieces(stretch, this.io, this.take, this.rebaser);
      return { cut: measured, durationTicks: 0 };
    }
    const following = next?.runIndex === this.runIndex ? next : undefined;
    const { bytes, ...written } = await encodeTrimmed(stretch, this.io, edges.encode, following);
    await this.take([this.rebaser ? this.rebaser.push(bytes) : bytes]);
    return written;
  }

  async finish(): Promise<void> {
    if (this.rebaser) await this.take([this.rebaser.flush()]);
    const last = this.cutter.finish();
    if (last) await this.writePart(last);
  }

  private readonly take = async (chunks: Uint8Array[]): Promise<void> => {
    for (const chunk of chunks) {
      this.sizeBytes += chunk.length;
      for (const part of this.cutter.push(chunk)) await this.writePart(part);
    }
  };

  private async writePart(bytes: Uint8Array): Promise<void> {
    const { firstPartNumber, partCount } = this.numbers;
    if (this.partCount >= partCount) {
      const text = `The output has more than the ${partCount} parts of a delivery.`;
      throw new ClipfleetError('internal', text, { retryable: false, details: { sizeBytes: this.sizeBytes } });
    }
    await this.io.write(firstPartNumber + this.partCount++, bytes);
  }
}
