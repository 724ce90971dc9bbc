/**
 * Headers of a message that the ledger sends again when it is given back (`work.returned`), which then is a new message: how often
 * the same work was delivered before, and how many of these deliveries ended with a word. The others ended with their process.
 */
export const returnableHeaders = { deliveries: 'clipfleet-deliveries', returns: 'clipfleet-returns' } as const;
