import type { Segment, Timeline } from './timeline.js';

/** On which clock a range is asked for: epoch time, or time from the recording's start. */
export type RangeClock = 'wall' | 'recording';

/** Stamps of neighbouring segments may miss each other by this much without meaning anything was lost. */
export const HOLE_TOLERANCE_TICKS = 45_000;

/** The segments of a timeline as stretches of one clock. Ticks of that clock. */
export interface ClockView {
  startTicks(index: number): number;
  /** Where the next segment begins if that is about where this one ends, else its own end. */
  endTicks(index: number): number;
  /** Time without a segment between `index - 1` and `index`; 0 within the tolerance. */
  holeTicksBefore(index: number): number;
  /** The clock went back between `index - 1` and `index`, by more than the tolerance. */
  wentBackBefore(index: number): boolean;
}

const startOn = (clock: RangeClock, segment: Segment): number =>
  clock === 'wall' ? segment.wallClockTicks! : segment.startTicks;

export const viewClock = ({ segments }: Timeline, clock: RangeClock): ClockView => {
  const startTicks = (index: number): number => startOn(clock, segments[index]);
  const ownEnd = (index: number): number => startTicks(index) + segments[index].durationTicks;
  const jump = (index: number): number => (index === 0 ? 0 : startTicks(index) - ownEnd(index - 1));
  return {
    startTicks,
    endTicks: (index) => {
      const joined = index + 1 < segments.length && Math.abs(jump(index + 1)) <= HOLE_TOLERANCE_TICKS;
      return joined ? Math.max(startTicks(index), startTicks(index + 1)) : ownEnd(index);
    },
    holeTicksBefore: (index) => (jump(index) > HOLE_TOLERANCE_TICKS ? jump(index) : 0),
    wentBackBefore: (index) => jump(index) < -HOLE_TOLERANCE_TICKS,
  };
};
