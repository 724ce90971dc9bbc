/**
 * Where range 0 of several leaves the output's first bytes until the gateway has written the header in front of them. Beside
 * the output, so that what a lost run leaves can be found by the export that made it.
 */
export const tempHeadKey = (destinationKey: string, exportId: string): string =>
  `${destinationKey}.clipfleet-${exportId}-head`;
