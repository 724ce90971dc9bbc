import { open } from 'node:fs/promises';
import { type MeasuredTrim, SegmentStartFinder, TsRebaser, TsTrimmer } from '@clipfleet/mpegts';
import type { EdgeTrim, Piece } from '@clipfleet/timeline';
import type { MediaWindow } from '../arguments/window.js';
import { CLOCK_WRAP_TICKS, edgeTicks, LOCAL_START_TICKS, toLocalTicks } from './local-clock.js';
import { VideoTimes } from './video-times.js';

/** The pieces of a render or picture task, and how to read them. */
export interface LocalRange {
  lead: readonly Piece[];
  pieces: readonly Piece[];
  trimStart?: EdgeTrim;
  trimEnd?: EdgeTrim;
  /** All from the first piece on is written: the start is told by the window alone. */
  wholeStart?: boolean;
  read: (piece: Piece) => AsyncIterable<Uint8Array>;
}

export interface LocalStream {
  /** What was asked for, on the clock of the local stream. */
  window: MediaWindow;
  times: VideoTimes;
  /** Where each piece's presentation starts, the lead's first; undefined where it has no time stamp. */
  pieceStartTicks: readonly (number | undefined)[];
  /** Of the packets in the file, against what was asked for. */
  cut: MeasuredTrim;
}

/**
 * Writes pieces as one transport stream with one continuous clock, cut at the keyframe before the start and behind the last
 * picture before the end. Throws what `read` throws, MpegtsError, ClipfleetError `undecodable`.
 */
export const writeLocalStream = async (range: LocalRange, path: string): Promise<LocalStream> => {
  const file = await open(path, 'w');
  try {
    return await new LocalStreamWriter(range, async (bytes) => void (await file.write(bytes))).run();
  } finally {
    await file.close();
  }
};

class LocalStreamWriter {
  private readonly rebaser = new TsRebaser({ startTicks: LOCAL_START_TICKS });
  private readonly times = new VideoTimes();
  private readonly window: MediaWindow = { startTicks: LOCAL_START_TICKS, endTicks: CLOCK_WRAP_TICKS };
  private readonly pieceStartTicks: (number | undefined)[] = [];
  private cut: MeasuredTrim = {};

  constructor(
    private readonly range: LocalRange,
    private readonly write: (bytes: Uint8Array) => Promise<void>,
  ) {}

  async run(): Promise<LocalStream> {
    const { lead, pieces } = this.range;
    const runs = runsOf([...lead, ...pieces]);
    for (const [index, run] of runs.entries()) await this.oneRun(run, index === 0, index === runs.length - 1);
    this.times.finish();
    const { window, times, pieceStartTicks, cut } = this;
    return { window, times, pieceStartTicks, cut };
  }

  /** One run: its own trimmer, since a clock reset ends what the trimmer can compare. */
  private async oneRun(run: readonly Piece[], isFirst: boolean, isLast: boolean): Promise<void> {
    const { lead, trimStart, trimEnd, wholeStart } = this.range;
    if (!isFirst) await this.emit([this.rebaser.startRun()]);
    const start = isFirst && trimStart ? { pieceIndex: lead.length, offsetTicks: trimStart.offsetTicks } : undefined;
    const end = isLast && trimEnd ? { pieceIndex: run.length - 1, offsetTicks: trimEnd.offsetTicks } : undefined;
    const trimmer = new TsTrimmer({
      mode: 'keyframe',
      ...(start && !wholeStart && { trimStart: start }),
      ...(end && { trimEnd: end }),
    });
    const startTicks: (number | undefined)[] = [];
    const edges = { start: undefined as number | undefined, end: undefined as number | undefined };
    for (const [index, piece] of run.entries()) {
      const finder = new SegmentStartFinder();
      trimmer.startPiece();
      for await (const chunk of this.range.read(piece)) {
        if (finder.startTicks === undefined) finder.push(chunk);
        await this.emit(trimmer.push(chunk).map((kept) => this.rebaser.push(kept)));
      }
      startTicks[index] = finder.startTicks ?? finder.finish();
      if (index === start?.pieceIndex) edges.start = edgeTicks(startTicks[index], start.offsetTicks);
      if (index === end?.pieceIndex) edges.end = edgeTicks(startTicks[index], end.offsetTicks);
    }
    await this.emit(trimmer.flush().map((kept) => this.rebaser.push(kept)));
    await this.emit([this.rebaser.flush()]);
    this.cut = { ...this.cut, ...trimmer.measured };
    this.pieceStartTicks.push(...startTicks.map((ticks) => (ticks === undefined ? ticks : this.toLocal(ticks))));
    if (edges.start !== undefined) this.window.startTicks = this.toLocal(edges.start);
    if (edges.end !== undefined) this.window.endTicks = this.toLocal(edges.end);
  }

  private async emit(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.times.push(chunk);
      await this.write(chunk);
    }
  }

  private toLocal(wireTicks: number): number {
    return toLocalTicks(wireTicks, this.rebaser.runOffsetTicks ?? 0);
  }
}

const runsOf = (pieces: readonly Piece[]): Piece[][] => {
  const runs: Piece[][] = [];
  for (const piece of pieces) {
    const open = runs.at(-1);
    if (open && open[0].runIndex === piece.runIndex) open.push(piece);
    else runs.push([piece]);
  }
  return runs;
};
