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
