import { rescaleCeil, rescaleFloor, rescaleNearest } from '../bytes/rescale.js';
import { EMPTY_EDIT, type Edit } from '../boxes/elst.js';
import { MOVIE_TIMESCALE } from '../movie/write-header.js';

/** What a track's samples cover, in its timescale; 0 is where the output begins to be shown. */
export interface TrackExtent {
  readonly timescale: number;
  readonly firstDts: number;
  /** Presentation of the first sample in decode order. */
  readonly firstPts: number;
  /** End of what is presented last. */
  readonly endPts: number;
}

export interface EditOptions {
  /** Where showing ends, in 90 kHz ticks; undefined: with the last sample. */
  readonly endTicks: number | undefined;
  /**
   * A whole recording starts each track to the millisecond, as ffmpeg's movie timescale of 1000 does: its packets then
   * have the times of a single ffmpeg. A cut is exact to the tick.
   */
  readonly wholeMs: boolean;
}

const TICKS_PER_MS = 90;

/** ISO/IEC 14496-12 §8.6.6: an empty edit for a track that starts later; a media time that hides what lies before the start. */
export function trackEdits(extent: TrackExtent, options: EditOptions): Edit[] {
  const { timescale, firstDts, firstPts } = extent;
  const endPts = lastShown(extent, options.endTicks);
  const delay = delayOf(extent, options.wholeMs);
  if (delay > 0) {
    return [
      { duration: delay, mediaTime: EMPTY_EDIT },
      { duration: rescaleCeil(endPts - firstPts, MOVIE_TIMESCALE, timescale), mediaTime: firstPts - firstDts },
    ];
  }
  return [
    {
      duration: rescaleCeil(Math.max(0, endPts - Math.max(firstPts, 0)), MOVIE_TIMESCALE, timescale),
      mediaTime: Math.max(0, -firstDts),
    },
  ];
}

function lastShown(extent: TrackExtent, endTicks: number | undefined): number {
  if (endTicks === undefined) return extent.endPts;
  return Math.max(extent.firstPts, Math.min(extent.endPts, rescaleNearest(endTicks, extent.timescale, 90_000)));
}

function delayOf(extent: TrackExtent, wholeMs: boolean): number {
  if (!wholeMs) return rescaleFloor(extent.firstPts, MOVIE_TIMESCALE, extent.timescale);
  return rescaleFloor(extent.firstPts, 1000, extent.timescale) * TICKS_PER_MS;
}
