import { LRUCache } from 'lru-cache';

/** How long a count is taken for true. */
const COUNT_TTL_MS = 1_000;
const MAX_TENANTS = 10_000;
/**
 * Of what is left to a limit this share is given out without looking again. Other gateways give out as much of the same meanwhile:
 * so many of them may exceed nothing, and reading an index entry for each unfinished export costs each new one this many.
 */
const SHARE = 1 / 64;

interface Count {
  /** What may still be let through without another look. */
  left: number;
}

/**
 * Whether a tenant is so far from its limit of unfinished exports that the ledger need not count them for a new one: counting
 * reads an index entry for each, every time. Near the limit the statement that creates the export counts itself.
 */
export class ActiveExports {
  /** The promise, so that requests that arrive together count once. */
  private readonly counts: LRUCache<string, Promise<Count>>;
  /** Let through and not yet recorded: no count has them. */
  private readonly underWay = new Map<string, number>();

  constructor(
    /** Unfinished exports of a tenant, counted up to `limit`. */
    private readonly count: (tenantId: string, limit: number) => Promise<number>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.counts = new LRUCache({ max: MAX_TENANTS, ttl: COUNT_TTL_MS, ttlResolution: 0, perf: { now: nowMs } });
  }

  /** true: a new export may be recorded without counting; say {@link recorded} when it is, or failed. */
  async letsThrough(tenantId: string, limit: number): Promise<boolean> {
    if (shareOf(limit) === 0) return false;
    for (;;) {
      const counting = this.counts.get(tenantId) ?? this.begin(tenantId, limit);
      const count = await counting;
      if (count.left > 0) {
        count.left -= 1;
        this.underWay.set(tenantId, this.underWayOf(tenantId) + 1);
        return true;
      }
      if (count === NOTHING_LEFT) return false;
      // used up: whoever sees it first looks again, for all
      if (this.counts.get(tenantId) === counting) this.counts.delete(tenantId);
    }
  }

  recorded(tenantId: string): void {
    const left = this.underWayOf(tenantId) - 1;
    if (left > 0) this.underWay.set(tenantId, left);
    else this.underWay.delete(tenantId);
  }

  private underWayOf(tenantId: string): number {
    return this.underWay.get(tenantId) ?? 0;
  }

  private begin(tenantId: string, limit: number): Promise<Count> {
    // before it is asked: what is recorded while it counts may be counted, too, and is rather counted twice
    const underWay = this.underWayOf(tenantId);
    const counting = this.count(tenantId, limit).then((active) => {
      const left = shareOf(limit - active - underWay);
      return left > 0 ? { left } : NOTHING_LEFT;
    });
    this.counts.set(tenantId, counting);
    // a failure is told to those who wait for it, and not to those who come later
    counting.catch(() => this.counts.delete(tenantId));
    return counting;
  }
}

const NOTHING_LEFT: Count = { left: 0 };

const shareOf = (leftToLimit: number): number => Math.max(0, Math.floor(leftToLimit * SHARE));
