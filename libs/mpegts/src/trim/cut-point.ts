import type { PesRecord } from '../probe/pes-tracker.js';
import { SegmentStartRule } from '../probe/segment-start.js';

/** A cut inside a piece: so many ticks behind the piece's presentation start. */
export interface TrimPoint {
  /** 0-based, counted over all pieces that are pushed, the lead included. */
  readonly pieceIndex: number;
  readonly offsetTicks: number;
}

/** Finds the time of a cut from the PES of its piece. */
export class CutPoint {
  private readonly rule = new SegmentStartRule();
  private timeTicks: number | undefined;

  constructor(readonly point: TrimPoint) {}

  /** Undefined: not known yet. Minus infinity: it lies on another clock, before anything that follows. */
  get ticks(): number | undefined {
    return this.timeTicks;
  }

  /** Takes a known PES of this or another piece. */
  take(record: PesRecord, pieceIndex: number): void {
    if (this.timeTicks !== undefined || pieceIndex < this.point.pieceIndex) return;
    if (pieceIndex > this.point.pieceIndex) {
      if (record.isClock) this.finish();
    } else if (this.rule.take(record)) {
      this.resolve();
    }
  }

  /** The piece has no more PES. */
  finish(): void {
    if (this.timeTicks === undefined && this.rule.finish() !== undefined) this.resolve();
  }

  /** The clock that this cut is counted on has ended. */
  leaveBehind(): void {
    this.timeTicks = Number.NEGATIVE_INFINITY;
  }

  private resolve(): void {
    if (this.rule.startTicks !== undefined) this.timeTicks = this.rule.startTicks + this.point.offsetTicks;
  }
}
