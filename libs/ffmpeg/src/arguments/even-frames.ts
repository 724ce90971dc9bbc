import { frameRateOf, TICKS_PER_SECOND } from '@clipfleet/timeline';

/**
 * Frames at an even rate on a clock of ticks: frame n is shown n / rate behind the origin, and shows the last picture that
 * begins less than half a frame later. Ranges that agree on the origin and on a border agree on the frame that begins there.
 */
export class FrameGrid {
  private readonly framesPerPeriod: bigint;
  private readonly periodTicks: bigint;

  constructor(
    readonly frameRate: string,
    readonly originTicks: number,
  ) {
    const { numerator, denominator } = frameRateOf(frameRate);
    this.framesPerPeriod = BigInt(numerator);
    this.periodTicks = BigInt(denominator * TICKS_PER_SECOND);
  }

  /** The first frame that may show a picture of these ticks: the nearest one, the later one of two. None is before the origin. */
  frameAt(ticks: number): number {
    const passed = BigInt(Math.max(0, ticks - this.originTicks));
    return nearest(passed * this.framesPerPeriod, this.periodTicks);
  }

  /** When a frame is shown, to the nearest tick. */
  ticksOf(frame: number): number {
    return this.originTicks + nearest(BigInt(frame) * this.periodTicks, this.framesPerPeriod);
  }
}

/** Halves up, as ffmpeg rounds what is not negative. */
const nearest = (dividend: bigint, divisor: bigint): number => Number((2n * dividend + divisor) / (2n * divisor));

/** Frames `[first, end)` of a grid. */
export interface EvenFrames {
  grid: FrameGrid;
  firstFrame: number;
  endFrame: number;
}

/**
 * Pictures → exactly these frames, at their times. The last picture lasts for as many as are left, wherever the stream ends; the
 * first one is shown before its time only where the grid begins.
 */
export const evenFramesFilters = ({ grid, firstFrame, endFrame }: EvenFrames): string[] => [
  'tpad=stop=-1:stop_mode=clone',
  `setpts=PTS-(${grid.originTicks})`,
  `fps=${grid.frameRate}:${firstFrame === 0 ? 'start_time=0:' : ''}round=near`,
  `trim=start_pts=${firstFrame}:end_pts=${endFrame}`,
  'settb=1/90000',
  `setpts=PTS+(${grid.originTicks})`,
];
