import { LRUCache } from 'lru-cache';

/** How long a count is taken for true. */
const COUNT_TTL_MS = 1_000;
const MAX_TENANTS = 10_000;
/** Other gateways accept exports meanwhile, too: only this share of a limit is given out without looking. */
const TRUSTED_SHARE = 0.5;

interface Count {
  /** Counted by the ledger, and let through here since then. */
  active: number;
}

/**
 * Whether a tenant is so far from its limit of unfinished exports that the ledger need not count them for a new one: counting
 * reads an index entry for each, every time. Near the limit the statement that creates the export counts itself.
 */
export class ActiveExports {
  /** The promise, so that requests that arrive together count once. */
  private readonly counts: LRUCache<string, Promise<Count>>;

  constructor(
    /** Unfinished exports of a tenant, counted up to `limit`. */
    private readonly count: (tenantId: string, limit: number) => Promise<number>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.counts = new LRUCache({ max: MAX_TENANTS, ttl: COUNT_TTL_MS, ttlResolution: 0, perf: { now: nowMs } });
  }

  /** true: a new export may be recorded without counting. Asking counts as recording one. */
  async letsThrough(tenantId: string, limit: number): Promise<boolean> {
    const trusted = Math.floor(limit * TRUSTED_SHARE);
    if (trusted < 1) return false;
    const known = await (this.counts.get(tenantId) ?? this.begin(tenantId, trusted));
    known.active += 1;
    return known.active <= trusted;
  }

  private begin(tenantId: string, trusted: number): Promise<Count> {
    const counting = this.count(tenantId, trusted).then((active) => ({ active }));
    this.counts.set(tenantId, counting);
    // a failure is told to those who wait for it, and not to those who come later
    counting.catch(() => this.counts.delete(tenantId));
    return counting;
  }
}
