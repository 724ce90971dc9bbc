import { LRUCache } from 'lru-cache';
import { type ExportStatus, isEnded } from '@clipfleet/ledger';

/**
 * A gateway that dies between a change and its word of it, or that is cut off from NATS, tells nobody: what others tell of an
 * unfinished export is so old at the most.
 */
export const LONGEST_UNHEARD_MS = 2_000;
const MAX_ENTRIES = 20_000;

export interface ExportCacheOptions {
  /** How long the ledger keeps ended exports. */
  retentionMs: number;
  /** Of a clock that is never set. */
  nowMs?: () => number;
}

/** What an export was read as; a change that came while it was read makes the reading void. */
export interface Reading {
  readonly sequence: number;
  readonly startedMs: number;
}

interface Known {
  record: ExportStatus;
  /** On this process's clock. */
  untilMs: number;
  /** An ended export answers a repeated request for a shorter time than it can be asked about. */
  answersUntilMs: number;
}

/**
 * Exports that are being asked about. One gateway's memory: dropped whenever any gateway tells of a change, and empty as long as
 * this one cannot hear them. What ends by itself (the time an ended export answers, or is kept) is reckoned in time that has
 * passed since the ledger was asked, so that clocks need not agree.
 */
export class ExportCache {
  private readonly byId = new LRUCache<string, Known>({ max: MAX_ENTRIES });
  private readonly idByFingerprint = new LRUCache<string, string>({ max: MAX_ENTRIES });
  private readonly changedAt = new LRUCache<string, number>({
    max: MAX_ENTRIES,
    dispose: (sequence, _id, reason) => {
      if (reason === 'evict') this.voidBefore = Math.max(this.voidBefore, sequence);
    },
  });
  private readonly running = new Map<string, Promise<unknown>>();
  private sequence = 0;
  /** Readings begun earlier are void, whatever they read. */
  private voidBefore = Infinity;
  /** The ledger's clock against ours. */
  private aheadMs = -Infinity;
  private readonly nowMs: () => number;
  private readonly retentionMs: number;

  constructor({ retentionMs, nowMs = () => performance.now() }: ExportCacheOptions) {
    this.retentionMs = retentionMs;
    this.nowMs = nowMs;
  }

  /** From now on every change is heard of. */
  trust(): void {
    this.voidBefore = ++this.sequence;
  }

  /** Changes may be missed: nothing is known any more, and nothing is kept until {@link trust}. */
  distrust(): void {
    this.voidBefore = Infinity;
    this.byId.clear();
    this.running.clear();
  }

  getById(id: string): ExportStatus | undefined {
    const known = this.byId.get(id);
    return known && known.untilMs > this.nowMs() ? known.record : undefined;
  }

  /** The export that answers a repeated request, as long as it does. */
  getForPoll(tenantId: string, fingerprint: string): ExportStatus | undefined {
    const id = this.idByFingerprint.get(fingerprint);
    const known = id === undefined ? undefined : this.byId.get(id);
    if (!known || known.record.tenantId !== tenantId) return undefined;
    return known.answersUntilMs > this.nowMs() ? known.record : undefined;
  }

  /**
   * Equal questions that come together ask the ledger once. A question that comes after a change was heard of does not share
   * the answer to one that came before. `key`: an export's id or fingerprint.
   */
  share<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const running = this.running.get(key) as Promise<T> | undefined;
    if (running) return running;
    const asking = ask().finally(() => {
      if (this.running.get(key) === asking) this.running.delete(key);
    });
    this.running.set(key, asking);
    return asking;
  }

  /** Call before asking the ledger. */
  beginReading(): Reading {
    return { sequence: this.sequence, startedMs: this.nowMs() };
  }

  /** No earlier than the ledger's clock has it; before the first reading it is not known. */
  ledgerNowMs(): number {
    return this.nowMs() + this.aheadMs;
  }

  put(record: ExportStatus, { sequence, startedMs }: Reading): void {
    this.aheadMs = record.readAtMs - startedMs;
    if (sequence < this.voidBefore || (this.changedAt.get(record.id) ?? 0) > sequence) return;
    this.byId.set(record.id, { record, ...this.endOf(record, startedMs) });
    this.idByFingerprint.set(record.fingerprint, record.id);
  }

  /** Something changed: what was read before is void. */
  drop(exportId: string, fingerprint: string): void {
    this.changedAt.set(exportId, ++this.sequence);
    this.byId.delete(exportId);
    this.running.delete(exportId);
    this.running.delete(fingerprint);
  }

  private endOf(record: ExportStatus, startedMs: number): Pick<Known, 'untilMs' | 'answersUntilMs'> {
    const { state, endedAtMs, validUntilMs, readAtMs } = record;
    if (!isEnded(state) || endedAtMs === null) {
      const untilMs = startedMs + LONGEST_UNHEARD_MS;
      return { untilMs, answersUntilMs: untilMs };
    }
    const untilMs = startedMs + endedAtMs + this.retentionMs - readAtMs;
    return { untilMs, answersUntilMs: Math.min(untilMs, startedMs + (validUntilMs ?? endedAtMs) - readAtMs) };
  }
}
