/** What a handler knows of its message, given as the second argument (`@Ctx()`). */
export interface WorkContext {
  /** JetStream's count of deliveries, 1-based. */
  readonly deliveryCount: number;
  /**
   * Tells attempts at one piece of work apart: consecutive for the deliveries of a message, and another where the work was sent
   * again, whose deliveries are counted from 1 again.
   */
  readonly attemptNumber: number;
  /** Aborted when the export has ended, or the process must hand its work back. */
  readonly signal: AbortSignal;
}
