/** The middle one; of an even number, the mean of the middle two. Throws RangeError for none. */
export const median = (values: readonly number[]): number => {
  if (values.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** The value that `share` of them do not exceed, by nearest rank. Throws RangeError for none. */
export const percentile = (values: readonly number[], share: number): number => {
  if (values.length === 0) throw new RangeError('there is no percentile of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
};

/** Half of the values lie this near to the median, or nearer, as a share of it: says how noisy the machine was. */
export const relativeSpread = (values: readonly number[]): number => {
  const middle = median(values);
  return middle === 0 ? 0 : median(values.map((value) => Math.abs(value - middle))) / Math.abs(middle);
};

/** Whether a smaller or a larger figure is the better one. */
export type Better = 'smaller' | 'larger';

/** Over 1: we are better. */
export const ratioOf = (ours: number, baseline: number, better: Better): number =>
  better === 'larger' ? ours / baseline : baseline / ours;

/**
 * The median of the ratios of the rounds, not the ratio of the medians: what a busy neighbour did to a round, it did to both
 * sides of it.
 */
export const medianRatio = (pairs: readonly { ours: number; baseline: number }[], better: Better): number =>
  median(pairs.map(({ ours, baseline }) => ratioOf(ours, baseline, better)));
