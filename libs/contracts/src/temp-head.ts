/**
 * Where range 0 of several leaves the output's first bytes until the gateway has written the header in front of them. Beside
 * the output, so that what a lost run leaves can be found by the export that made it; of one generation, since the next one
 * may have other ranges.
 */
export const tempHeadKey = (destinationKey: string, exportId: string, generation: number): string =>
  `${destinationKey}.clipfleet-${exportId}-${generation}-head`;

/** Attempts at one task whose first bytes cannot meet; as many as have part numbers of their own (`partSlot`). */
const ATTEMPT_COUNT = 8;

/** The same for work of which every attempt makes other bytes. */
export const attemptHeadKey = (headKey: string, attemptNumber: number): string =>
  `${headKey}-${(attemptNumber - 1) % ATTEMPT_COUNT}`;

/** All that deliveries may have left. */
export const attemptHeadKeys = (headKey: string): string[] =>
  Array.from({ length: ATTEMPT_COUNT }, (_, index) => attemptHeadKey(headKey, index + 1));
