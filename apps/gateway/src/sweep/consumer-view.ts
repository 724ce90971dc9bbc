/** What a work queue's consumer knows of its subject. Sequences are the stream's. */
export interface ConsumerView {
  /** Everything up to it is acknowledged. */
  ackFloorSequence: number;
  /** Everything up to it was delivered, or is not for this consumer. */
  deliveredSequence: number;
  /** Not delivered yet. */
  pendingCount: number;
  /** Delivered and not settled. */
  ackPendingCount: number;
}

/** The consumer is done with every message of its subject up to this sequence, and will never deliver it again. */
export const settledUpTo = (view: ConsumerView): number =>
  view.pendingCount === 0 && view.ackPendingCount === 0 ? view.deliveredSequence : view.ackFloorSequence;

/**
 * Whether stream and consumer contradict each other: messages are stored that the consumer does not know of; or, while no
 * export is under way (`isQuiet`), there is something at all. Another moment may tell otherwise: between an
 * acknowledgement and the removal of its message the two differ for an instant.
 */
export const contradicts = (view: ConsumerView, storedCount: number, isQuiet: boolean): boolean => {
  const knownCount = view.pendingCount + view.ackPendingCount;
  return storedCount > knownCount || (isQuiet && knownCount + storedCount > 0);
};
