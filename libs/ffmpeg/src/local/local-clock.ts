import { ClipfleetError } from '@clipfleet/contracts';

/** Where the first picture of a local stream gets its PTS: late enough that nothing before it becomes negative. */
export const LOCAL_START_TICKS = 900_000;
/** ISO/IEC 13818-1 §2.4.3.7: times have 33 bits. */
export const CLOCK_WRAP_TICKS = 2 ** 33;

/** A time as it is on the wire, on the clock of the local stream: `offsetTicks` is what was added to the run's times. */
export const toLocalTicks = (wireTicks: number, offsetTicks: number): number => {
  const ticks = (wireTicks + offsetTicks) % CLOCK_WRAP_TICKS;
  return ticks < 0 ? ticks + CLOCK_WRAP_TICKS : ticks;
};

/** Where a cut lies on the wire, from the start of the segment it is in. Throws `undecodable` when that has no time. */
export const edgeTicks = (segmentStartTicks: number | undefined, offsetTicks: number): number => {
  if (segmentStartTicks !== undefined) return segmentStartTicks + offsetTicks;
  throw new ClipfleetError('undecodable', 'A segment at the edge of the range has no time stamp.');
};
