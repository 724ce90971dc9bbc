/** Rates that are no whole number of frames in 1001 or 1000 ms are told as they were measured. */
const KNOWN: readonly (readonly [number, number])[] = [
  [24_000, 1001],
  [24, 1],
  [25, 1],
  [30_000, 1001],
  [30, 1],
  [50, 1],
  [60_000, 1001],
  [60, 1],
];
/** Stamps are rounded to whole ticks. */
const ROUNDING_TICKS = 1;

export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
  /** false: the pictures are not evenly spaced, this is the rate of the closest ones. */
  readonly isEven: boolean;
}

/** Of a single picture. */
const UNKNOWN: FrameRate = { numerator: 30, denominator: 1, isEven: false };

/** The rate of pictures that are presented at these ascending times. */
export const frameRateOf = (ticks: readonly number[]): FrameRate => {
  const gaps = ticks.slice(1).map((at, index) => at - ticks[index]);
  if (gaps.length === 0) return UNKNOWN;
  const totalTicks = ticks[gaps.length] - ticks[0];
  const isEven = ticks.every(
    (at, index) => Math.abs(at - ticks[0] - (totalTicks * index) / gaps.length) <= ROUNDING_TICKS,
  );
  const [count, spanTicks] = isEven ? [gaps.length, totalTicks] : [1, Math.min(...gaps)];
  if (spanTicks <= 0) return UNKNOWN;
  const known = KNOWN.find(
    ([numerator, denominator]) => Math.abs((count * 90_000 * denominator) / numerator - spanTicks) <= ROUNDING_TICKS,
  );
  const [numerator, denominator] = known ?? [count * 90_000, spanTicks];
  return { numerator, denominator, isEven };
};
