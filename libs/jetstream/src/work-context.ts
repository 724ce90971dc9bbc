/** What a handler knows of its message, given as the second argument (`@Ctx()`). */
export interface WorkContext {
  /** JetStream's count of deliveries, 1-based. */
  readonly deliveryCount: number;
  /** Aborted when the export has ended, or the process must hand its work back. */
  readonly signal: AbortSignal;
}
