import type { SourceSegment } from './source.js';
import { beginsPes, isRandomAccess, packetsIn, pidOf, ptsOf, VIDEO_PID } from './ts-packets.js';

const WRAP_TICKS = 2 ** 33;

/** Video PES that begin in a segment. */
const videoStarts = ({ bytes, phaseBytes }: Pick<SourceSegment, 'bytes' | 'phaseBytes'>): Uint8Array[] =>
  packetsIn(bytes, phaseBytes).filter((packet) => pidOf(packet) === VIDEO_PID && beginsPes(packet));

const unwrapped = (ticks: number, near: number): number => ticks + Math.round((near - ticks) / WRAP_TICKS) * WRAP_TICKS;

/**
 * Where a segment begins on its run's clock: with its first picture if that is a keyframe, else with its earliest. That is
 * where an EXTINF counts from. Undefined without pictures.
 */
export const segmentStartTicks = (segment: Pick<SourceSegment, 'bytes' | 'phaseBytes'>): number | undefined => {
  const starts = videoStarts(segment);
  if (starts.length === 0) return undefined;
  const first = ptsOf(starts[0])!;
  if (isRandomAccess(starts[0])) return first;
  const times = starts.flatMap((packet) => ptsOf(packet) ?? []).map((ticks) => unwrapped(ticks, first));
  return Math.min(...times);
};

/** From one instant of the 33-bit clock to another one near it. */
export const ticksBetween = (from: number, to: number): number => unwrapped(to, from) - from;
