import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ExportRecord } from '@clipfleet/ledger';
import { ExportCache } from './export-cache.js';

const record = (change: Partial<ExportRecord> = {}): ExportRecord =>
  ({ id: 'e', tenantId: 't', fingerprint: 'f', state: 'running', validUntilMs: null, ...change }) as ExportRecord;

describe('ExportCache', () => {
  let nowMs: number;
  let cache: ExportCache;
  beforeEach(() => {
    nowMs = 1_000;
    cache = new ExportCache(() => nowMs);
  });

  it('knows what was put, by id and as the answer to a request', () => {
    cache.put(record(), cache.beginReading());
    expect(cache.getById('e')).toEqual(record());
    expect(cache.getForPoll('t', 'f')).toEqual(record());
    expect(cache.getForPoll('u', 'f')).toBeUndefined();
  });

  it('stops answering with an ended export when it is no longer valid', () => {
    cache.put(record({ state: 'failed', validUntilMs: 2_000 }), cache.beginReading());
    nowMs = 1_999;
    expect(cache.getForPoll('t', 'f')).toBeDefined();
    nowMs = 2_000;
    expect(cache.getForPoll('t', 'f')).toBeUndefined();
    expect(cache.getById('e')).toBeDefined();
  });

  it('drops what changed', () => {
    cache.put(record(), cache.beginReading());
    cache.drop('e');
    expect(cache.getById('e')).toBeUndefined();
    expect(cache.getForPoll('t', 'f')).toBeUndefined();
  });

  it('does not keep what was read before a change and arrives after it', () => {
    const early = cache.beginReading();
    cache.drop('e');
    cache.put(record(), early);
    expect(cache.getById('e')).toBeUndefined();
    cache.put(record(), cache.beginReading());
    expect(cache.getById('e')).toBeDefined();
  });
});
