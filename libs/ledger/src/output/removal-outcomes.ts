/** `untried`: due as before. What is thrown instead makes it due again later. */
export type RemovalOutcome = 'removed' | 'untried';

/** What is due and can be tried at all. */
export interface DueQuery {
  limit: number;
  /** Stores of which nothing is wanted now: what they keep waiting must not keep others waiting. */
  withoutStores?: readonly string[];
}

export interface RemovalOutcomes<T> {
  removed: T[];
  failed: { one: T; error: unknown }[];
}

/** All at once: how many at a time is for `remove` to say. */
export const removeEach = async <T>(
  due: readonly T[],
  remove: (one: T) => Promise<RemovalOutcome>,
): Promise<RemovalOutcomes<T>> => {
  const outcomes: RemovalOutcomes<T> = { removed: [], failed: [] };
  const tried = due.map(async (one) => {
    try {
      if ((await remove(one)) === 'removed') outcomes.removed.push(one);
    } catch (error) {
      outcomes.failed.push({ one, error });
    }
  });
  await Promise.all(tried);
  return outcomes;
};
