import { TICKS_PER_SECOND } from '../ticks.js';

const PICO_PER_SECOND = 1_000_000_000_000;
const PICO_PER_TICK = PICO_PER_SECOND / TICKS_PER_SECOND;
const DECIMAL = /^(\d{1,9})(?:\.(\d*))?$/;

/** A decimal of a playlist as whole seconds and picoseconds; undefined when it is none, or has over nine whole digits. */
export const parseDecimalSeconds = (text: string): { seconds: number; picoseconds: number } | undefined => {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const fraction = (match[2] ?? '').slice(0, 12).padEnd(12, '0');
  return { seconds: Number(match[1]), picoseconds: Number(fraction) };
};

/**
 * Sums durations as the decimals they were written as, in integers: the position after 100,000 segments of 6.006 s is right
 * to the tick, and so is every segment's duration as the difference of two positions.
 */
export class ExactClock {
  private seconds = 0;
  private picoseconds = 0;

  get ticks(): number {
    return this.seconds * TICKS_PER_SECOND + Math.round(this.picoseconds / PICO_PER_TICK);
  }

  add(duration: { seconds: number; picoseconds: number }): void {
    const sum = this.picoseconds + duration.picoseconds;
    const carry = sum >= PICO_PER_SECOND ? 1 : 0;
    this.picoseconds = sum - carry * PICO_PER_SECOND;
    this.seconds += duration.seconds + carry;
  }
}
