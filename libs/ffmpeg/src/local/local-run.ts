import { open } from 'node:fs/promises';
import { SegmentStartFinder, type TsProgram, TsRebaser } from '@clipfleet/mpegts';
import type { EdgeTrim, Piece } from '@clipfleet/timeline';
import type { MediaWindow } from '../arguments/window.js';
import { CLOCK_WRAP_TICKS, edgeTicks, LOCAL_START_TICKS, toLocalTicks } from './local-clock.js';
import { VideoTimes } from './video-times.js';

/** Pieces of one run, of which some pictures are to be encoded. */
export interface RunPieces {
  /** Only for the decoder, see `neededLead`. */
  lead: readonly Piece[];
  pieces: readonly Piece[];
  /** Behind the range: has pictures that are presented inside it (open GOP), and tells by its start where the range ends. */
  tail: readonly Piece[];
  trimStart?: EdgeTrim;
  trimEnd?: EdgeTrim;
  programPackets?: Uint8Array;
  read: (piece: Piece) => AsyncIterable<Uint8Array>;
  /** Bytes as they are read, and where they are from. */
  onBytes?: (chunk: Uint8Array, piece: Piece, from: 'lead' | 'own' | 'tail') => Promise<void>;
  /** More of the tail is wanted than the pictures need. */
  wantsMore?: () => boolean;
}

export interface LocalRun {
  /** What belongs to the range, on the local clock: from the start of its first piece, or the cut in it, to that of the tail. */
  window: MediaWindow;
  /** The source's clock = local − this, modulo 2^33 on the wire. */
  offsetTicks: number;
  times: VideoTimes;
  program: TsProgram | undefined;
}

/**
 * Writes one run as a transport stream of its own whose clock begins at a known tick. Range and neighbour agree on the border,
 * because both take it from the first bytes of the same piece. Throws what `read` throws, MpegtsError, ClipfleetError.
 */
export const writeLocalRun = async (run: RunPieces, path: string): Promise<LocalRun> => {
  const file = await open(path, 'w');
  try {
    return await new LocalRunWriter(run, async (bytes) => void (await file.write(bytes))).write();
  } finally {
    await file.close();
  }
};

class LocalRunWriter {
  private readonly rebaser = new TsRebaser({ startTicks: LOCAL_START_TICKS });
  private readonly times = new VideoTimes();
  private program: TsProgram | undefined;
  private programPackets: Uint8Array | undefined;
  private startTicks: number | undefined;
  private endTicks: number | undefined;

  constructor(
    private readonly run: RunPieces,
    private readonly put: (bytes: Uint8Array) => Promise<void>,
  ) {
    this.programPackets = run.programPackets;
  }

  async write(): Promise<LocalRun> {
    const { lead, pieces, tail, trimStart, trimEnd, programPackets } = this.run;
    if (programPackets) await this.emit(this.rebaser.push(programPackets));
    for (const piece of lead) await this.feed(piece, 'lead');
    for (const [index, piece] of pieces.entries()) {
      const startTicks = await this.feed(piece, 'own', index === pieces.length - 1 ? trimEnd : undefined);
      if (index === 0 && trimStart) this.startTicks = edgeTicks(startTicks, trimStart.offsetTicks);
      // in a piece that is less than a picture none may begin: its neighbour's range ends where the next one begins, too
      this.startTicks ??= startTicks;
    }
    for (const piece of tail) {
      if (this.isBehindEnd()) break;
      await this.feed(piece, 'tail', this.endTicks === undefined ? { offsetTicks: 0 } : undefined);
    }
    await this.emit(this.rebaser.flush());
    this.times.finish();
    const window = {
      startTicks: this.toLocal(edgeTicks(this.startTicks, 0)),
      endTicks: this.endTicks === undefined ? CLOCK_WRAP_TICKS : this.toLocal(this.endTicks),
    };
    return { window, offsetTicks: this.offsetTicks, times: this.times, program: this.program };
  }

  /** `endEdge`: the range ends so far behind this piece's start. Returns where the piece starts, as on the wire. */
  private async feed(piece: Piece, from: 'lead' | 'own' | 'tail', endEdge?: EdgeTrim): Promise<number | undefined> {
    const finder = new SegmentStartFinder(this.programPackets);
    for await (const chunk of this.run.read(piece)) {
      if (finder.startTicks === undefined && finder.push(chunk)) this.setEnd(finder.startTicks, endEdge);
      await this.run.onBytes?.(chunk, piece, from);
      await this.emit(this.rebaser.push(chunk));
      if (from === 'tail' && this.isBehindEnd()) break;
    }
    this.program ??= finder.program;
    // where a run begins inside the range, its first piece tells what the neighbour's plan does of the border's
    if (finder.programPackets.length > 0) this.programPackets ??= finder.programPackets;
    const startTicks = finder.startTicks ?? finder.finish();
    this.setEnd(startTicks, endEdge);
    return startTicks;
  }

  private setEnd(startTicks: number | undefined, edge: EdgeTrim | undefined): void {
    if (edge === undefined || startTicks === undefined) return;
    this.endTicks ??= startTicks + edge.offsetTicks;
  }

  /** No picture that follows is presented before the end, and nothing else is wanted. */
  private isBehindEnd(): boolean {
    if (this.endTicks === undefined || this.rebaser.runOffsetTicks === undefined) return false;
    return this.times.decodedTicks >= this.toLocal(this.endTicks) && this.run.wantsMore?.() !== true;
  }

  private async emit(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.times.push(chunk);
    await this.put(chunk);
  }

  private get offsetTicks(): number {
    return this.rebaser.runOffsetTicks ?? 0;
  }

  private toLocal(wireTicks: number): number {
    return toLocalTicks(wireTicks, this.offsetTicks);
  }
}
