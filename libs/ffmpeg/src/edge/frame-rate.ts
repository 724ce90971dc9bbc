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

/** The rate of pictures that are presented at these ascending times; undefined where they are not evenly spaced. */
export const evenFrameRate = (ticks: readonly number[]): { numerator: number; denominator: number } | undefined => {
  if (ticks.length < 2) return undefined;
  const count = ticks.length - 1;
  const totalTicks = ticks[count] - ticks[0];
  const isEven = ticks.every((at, index) => Math.abs(at - ticks[0] - (totalTicks * index) / count) <= ROUNDING_TICKS);
  if (!isEven || totalTicks <= 0) return undefined;
  const known = KNOWN.find(
    ([numerator, denominator]) => Math.abs((count * 90_000 * denominator) / numerator - totalTicks) <= ROUNDING_TICKS,
  );
  const [numerator, denominator] = known ?? [count * 90_000, totalTicks];
  return { numerator, denominator };
};
