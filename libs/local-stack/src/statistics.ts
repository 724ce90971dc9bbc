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
