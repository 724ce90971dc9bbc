import { ClipfleetError } from '@clipfleet/contracts';
import type { CutPoint } from '@clipfleet/isobmff';
import { SegmentStartFinder } from '@clipfleet/mpegts';
import type { DemuxedSample } from '@clipfleet/mpegts';
import type { EdgeTrim } from '@clipfleet/timeline';

const CLOCK_WRAP_TICKS = 2 ** 33;

/**
 * Where an edge that is told as an offset into a piece lies on the demuxer's own clock. Watches the piece's bytes for the PTS
 * that its presentation starts with, and the demuxer's samples for the one that has it: that sample knows run and clock.
 */
export class EdgeFinder {
  private readonly finder: SegmentStartFinder;
  private wireStartTicks: number | undefined;

  constructor(
    private readonly edge: EdgeTrim,
    programPackets: Uint8Array | undefined,
  ) {
    this.finder = new SegmentStartFinder(programPackets);
  }

  /** Bytes of the piece, before the demuxer gets them. */
  push(chunk: Uint8Array): void {
    if (this.wireStartTicks === undefined && this.finder.push(chunk)) this.settle();
  }

  /** The piece has no more bytes. Throws `undecodable` when nothing in it has a time. */
  finish(): void {
    if (this.wireStartTicks !== undefined) return;
    this.finder.finish();
    this.settle();
    if (this.wireStartTicks === undefined) {
      throw new ClipfleetError('undecodable', 'A segment at the edge of the range has no time stamp.');
    }
  }

  /** The cut, if this is the sample that the piece starts with. */
  match(sample: DemuxedSample): CutPoint | undefined {
    if (this.wireStartTicks === undefined || !sample.stamped) return undefined;
    const behind = sample.ptsTicks - this.wireStartTicks;
    if (behind % CLOCK_WRAP_TICKS !== 0) return undefined;
    return { runIndex: sample.runIndex, ticks: sample.ptsTicks + this.edge.offsetTicks };
  }

  private settle(): void {
    const { startTicks } = this.finder;
    if (startTicks !== undefined) this.wireStartTicks = startTicks % CLOCK_WRAP_TICKS;
  }
}
