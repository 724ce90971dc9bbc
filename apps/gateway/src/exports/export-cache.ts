import { LRUCache } from 'lru-cache';
import { type ExportRecord, isEnded } from '@clipfleet/ledger';

/** Should a change have been missed (a plain NATS message was lost), what is told of a running export is so old at the most. */
const RUNNING_TTL_MS = 2_000;
const MAX_ENTRIES = 20_000;

/** What an export was read as; a change that came while it was read makes the reading void. */
export interface Reading {
  readonly sequence: number;
}

/** Exports that are being asked about. One gateway's memory: dropped whenever any gateway tells of a change. */
export class ExportCache {
  private readonly byId = new LRUCache<string, ExportRecord>({ max: MAX_ENTRIES });
  private readonly idByFingerprint = new LRUCache<string, string>({ max: MAX_ENTRIES });
  private readonly changedAt = new LRUCache<string, number>({ max: MAX_ENTRIES });
  private sequence = 0;

  constructor(private readonly nowMs: () => number = Date.now) {}

  getById(id: string): ExportRecord | undefined {
    return this.byId.get(id);
  }

  /** The export that answers a repeated request, as long as it does. */
  getForPoll(tenantId: string, fingerprint: string): ExportRecord | undefined {
    const id = this.idByFingerprint.get(`${tenantId}:${fingerprint}`);
    const record = id === undefined ? undefined : this.byId.get(id);
    if (!record) return undefined;
    return record.validUntilMs === null || record.validUntilMs > this.nowMs() ? record : undefined;
  }

  /** Call before asking the ledger. */
  beginReading(): Reading {
    return { sequence: this.sequence };
  }

  put(record: ExportRecord, reading: Reading): void {
    if ((this.changedAt.get(record.id) ?? 0) > reading.sequence) return;
    const ttl = isEnded(record.state) ? undefined : { ttl: RUNNING_TTL_MS };
    this.byId.set(record.id, record, ttl);
    this.idByFingerprint.set(`${record.tenantId}:${record.fingerprint}`, record.id);
  }

  /** Something changed: what was read before is void. */
  drop(exportId: string): void {
    this.changedAt.set(exportId, ++this.sequence);
    this.byId.delete(exportId);
  }
}
