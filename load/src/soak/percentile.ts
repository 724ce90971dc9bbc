/** The least value that so many hundredths of all are not above (nearest rank). Throws RangeError for none. */
export const percentile = (values: readonly number[], hundredths: number): number => {
  if (values.length === 0) throw new RangeError('there is no percentile of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((hundredths / 100) * sorted.length) - 1)];
};
