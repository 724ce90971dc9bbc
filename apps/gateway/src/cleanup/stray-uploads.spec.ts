import { describe, expect, it } from '@jest/globals';
import type { UploadRecord } from '@clipfleet/ledger';
import type { OpenUpload } from '@clipfleet/object-store';
import { strayUploads } from './stray-uploads.js';

const record = (change: Partial<UploadRecord> = {}): UploadRecord => ({
  id: 'i',
  exportId: 'e',
  generation: 1,
  at: { storeId: 's', bucket: 'b', key: 'k' },
  uploadId: null,
  state: 'opening',
  createdAtMs: 1_000_000,
  ...change,
});
const open = (change: Partial<OpenUpload> = {}): OpenUpload => ({
  bucket: 'b',
  key: 'k',
  uploadId: 'u',
  initiatedMs: 1_000_500,
  ...change,
});
const later = { nowMs: 1_070_000, graceMs: 60_000 };

describe('strayUploads', () => {
  it('finds what the intent may have opened', () => {
    expect(strayUploads(record(), [open()], [record()], later)).toEqual([open()]);
  });

  it.each([
    ['of a longer key', { key: 'k2' }],
    ['from long before', { initiatedMs: 939_999 }],
    ['from long after', { initiatedMs: 1_120_001 }],
  ])('leaves one %s', (_what, change) => {
    expect(strayUploads(record(), [open(change)], [record()], later)).toEqual([]);
  });

  it('leaves one that another record knows', () => {
    const known = record({ id: 'j', uploadId: 'u', state: 'open' });
    expect(strayUploads(record(), [open()], [record(), known], later)).toEqual([]);
  });

  it.each([
    ['the intent itself is young', { nowMs: 1_059_999, graceMs: 60_000 }, []],
    ['another intent at the key is young', later, [record({ id: 'j', createdAtMs: 1_069_000 })]],
  ])('waits while %s', (_what, times, others) => {
    expect(strayUploads(record(), [open()], [record(), ...others], times)).toBe('too-early');
  });

  it('does not wait for a young upload whose id is known', () => {
    const known = record({ id: 'j', createdAtMs: 1_069_000, uploadId: 'v', state: 'open' });
    expect(strayUploads(record(), [open()], [record(), known], later)).toEqual([open()]);
  });
});
