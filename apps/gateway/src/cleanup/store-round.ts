import pLimit, { type LimitFunction } from 'p-limit';
import type { RemovalOutcome } from '@clipfleet/ledger';
import { ObjectStoreError } from '@clipfleet/object-store';

/** Of one store: what one gateway does besides its work, with few of its connections to store and ledger. */
const AT_ONCE = 16;
/** To look at an object and delete it. */
const WORK_MS = 10_000;

/**
 * One round through stores: some of it at once, none of it for long. A store that does not answer is left alone for the rest of
 * the round, so that it keeps neither the others nor a shutdown waiting.
 */
export class StoreRound {
  private readonly limits = new Map<string, LimitFunction>();
  private readonly silent = new Set<string>();

  constructor(private readonly stopping: AbortSignal) {}

  get isStopping(): boolean {
    return this.stopping.aborted;
  }

  /** Stores that have not answered. */
  get silentStores(): string[] {
    return [...this.silent];
  }

  /** Throws what `work` throws, but for what the end of the round has ended. */
  run(storeId: string, work: (signal: AbortSignal) => Promise<void>, forMs = WORK_MS): Promise<RemovalOutcome> {
    return this.limitOf(storeId)(async () => {
      if (this.stopping.aborted || this.silent.has(storeId)) return 'untried';
      const timeout = AbortSignal.timeout(forMs);
      try {
        await work(AbortSignal.any([this.stopping, timeout]));
        return 'removed';
      } catch (error) {
        if (this.stopping.aborted) return 'untried';
        if (timeout.aborted || (error instanceof ObjectStoreError && error.retryable)) this.silent.add(storeId);
        throw error;
      }
    });
  }

  private limitOf(storeId: string): LimitFunction {
    const limit = this.limits.get(storeId) ?? pLimit(AT_ONCE);
    this.limits.set(storeId, limit);
    return limit;
  }
}
