import type { PesMark } from '../es/es-stream.js';
import type { AccessUnitFacts } from './nal-codec.js';

export interface UnitTimes {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly runIndex: number;
  readonly stamped: boolean;
}

/** 25 frames a second: used only before two stamps were seen in a stream that does not tell its frame rate. */
const FALLBACK_FRAME_TICKS = 3600;

/**
 * Times of access units. A PES stamps the first unit that commences in it (ISO/IEC 13818-1 §2.4.3.7); further units of the
 * PES follow at the frame's pace: DTS one frame later, PTS as much later than DTS as the last stamped picture of the same
 * sort (one that others refer to is delayed by reordering, one that none refers to is not).
 */
export class VideoTimes {
  private last: UnitTimes | undefined;
  private lastStamped: UnitTimes | undefined;
  private unitsSinceStamp = 0;
  private measuredFrameTicks: number | undefined;
  private readonly delayTicks = { reference: 0, other: 0 };

  /** The unit's times; undefined when nothing is known yet. */
  next(mark: PesMark | undefined, facts: AccessUnitFacts, toldFrameTicks: number | undefined): UnitTimes | undefined {
    const times = this.fromMark(mark) ?? this.afterLast(mark, facts, toldFrameTicks);
    if (times === undefined) return undefined;
    if (times.stamped) this.measure(times, facts);
    this.unitsSinceStamp = times.stamped ? 1 : this.unitsSinceStamp + 1;
    this.last = times;
    return times;
  }

  reset(): void {
    this.last = undefined;
    this.lastStamped = undefined;
    this.unitsSinceStamp = 0;
  }

  private fromMark(mark: PesMark | undefined): UnitTimes | undefined {
    if (mark === undefined || mark.used || mark.ptsTicks === undefined || mark.dtsTicks === undefined) return undefined;
    mark.used = true;
    return { ptsTicks: mark.ptsTicks, dtsTicks: mark.dtsTicks, runIndex: mark.runIndex, stamped: true };
  }

  private afterLast(
    mark: PesMark | undefined,
    facts: AccessUnitFacts,
    toldFrameTicks: number | undefined,
  ): UnitTimes | undefined {
    if (this.last === undefined) return undefined;
    const frameTicks = toldFrameTicks ?? this.measuredFrameTicks ?? FALLBACK_FRAME_TICKS;
    // Counted from the stamp, so that rounding does not add up.
    const from = this.lastStamped ?? this.last;
    const dtsTicks = from.dtsTicks + Math.round(frameTicks * this.unitsSinceStamp);
    const ptsTicks = dtsTicks + (facts.reference ? this.delayTicks.reference : this.delayTicks.other);
    return { ptsTicks, dtsTicks, runIndex: mark?.runIndex ?? this.last.runIndex, stamped: false };
  }

  private measure(times: UnitTimes, facts: AccessUnitFacts): void {
    this.delayTicks[facts.reference ? 'reference' : 'other'] = times.ptsTicks - times.dtsTicks;
    const before = this.lastStamped;
    if (before !== undefined && before.runIndex === times.runIndex && times.dtsTicks > before.dtsTicks) {
      this.measuredFrameTicks = (times.dtsTicks - before.dtsTicks) / this.unitsSinceStamp;
    }
    this.lastStamped = times;
  }
}
