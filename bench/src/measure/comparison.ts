import { median } from '@clipfleet/local-stack';

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
