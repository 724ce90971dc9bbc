/**
 * Where range 0 of several leaves the output's first bytes until the gateway has written the header in front of them. Beside
 * the output, so that what a lost run leaves can be found by the export that made it; of one generation, since the next one
 * may have other ranges.
 */
export const tempHeadKey = (destinationKey: string, exportId: string, generation: number): string =>
  `${destinationKey}.clipfleet-${exportId}-${generation}-head`;
