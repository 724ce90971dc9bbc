import { LRUCache } from 'lru-cache';

/** How long what was revoked may still be good, and what was unknown still be unknown. */
const KNOWN_TTL_MS = 10_000;
const UNKNOWN_TTL_MS = 1_000;
const MAX_ANSWERS = 10_000;

/** What the ledger said a short time ago. Those who ask together, also when an answer has become too old, ask it once. */
export class ShortMemory<T> {
  private readonly answers: LRUCache<string, Promise<T | undefined>>;

  constructor(
    private readonly ask: (key: string) => Promise<T | undefined>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.answers = new LRUCache({ max: MAX_ANSWERS, ttl: KNOWN_TTL_MS, ttlResolution: 0, perf: { now: nowMs } });
  }

  get(key: string): Promise<T | undefined> {
    return this.answers.get(key) ?? this.begin(key);
  }

  private begin(key: string): Promise<T | undefined> {
    const asking = this.ask(key);
    this.answers.set(key, asking);
    void this.settle(key, asking);
    return asking;
  }

  private async settle(key: string, asking: Promise<T | undefined>): Promise<void> {
    const isLatest = (): boolean => this.answers.peek(key) === asking;
    try {
      const value = await asking;
      if (value === undefined && isLatest()) this.answers.set(key, asking, { ttl: UNKNOWN_TTL_MS });
    } catch {
      // told to those who wait for it, and not to those who come later
      if (isLatest()) this.answers.delete(key);
    }
  }
}
