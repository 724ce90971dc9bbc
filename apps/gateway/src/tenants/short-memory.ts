import { LRUCache } from 'lru-cache';

/** How long what was revoked may still be good, and what was unknown still be unknown. */
const KNOWN_TTL_MS = 10_000;
const UNKNOWN_TTL_MS = 1_000;
const MAX_ANSWERS = 10_000;

interface Answer<T> {
  asking: Promise<T | undefined>;
  /** When it is there. */
  value?: T | undefined;
}

/** What the ledger said a short time ago. Those who ask together, also when an answer has become too old, ask it once. */
export class ShortMemory<T> {
  private readonly answers: LRUCache<string, Answer<T>>;

  constructor(
    private readonly ask: (key: string) => Promise<T | undefined>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.answers = new LRUCache({ max: MAX_ANSWERS, ttl: KNOWN_TTL_MS, ttlResolution: 0, perf: { now: nowMs } });
  }

  get(key: string): Promise<T | undefined> {
    return this.answers.get(key)?.asking ?? this.begin(key);
  }

  /** What {@link get} would answer without asking, and at once; undefined too while it is asked for. */
  recall(key: string): T | undefined {
    return this.answers.get(key)?.value;
  }

  private begin(key: string): Promise<T | undefined> {
    const answer: Answer<T> = { asking: this.ask(key) };
    this.answers.set(key, answer);
    void this.settle(key, answer);
    return answer.asking;
  }

  private async settle(key: string, answer: Answer<T>): Promise<void> {
    const isLatest = (): boolean => this.answers.peek(key) === answer;
    try {
      answer.value = await answer.asking;
      if (answer.value === undefined && isLatest()) this.answers.set(key, answer, { ttl: UNKNOWN_TTL_MS });
    } catch {
      // told to those who wait for it, and not to those who come later
      if (isLatest()) this.answers.delete(key);
    }
  }
}
