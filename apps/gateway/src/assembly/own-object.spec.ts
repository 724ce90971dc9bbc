import { describe, expect, it } from '@jest/globals';
import type { Assembly } from '@clipfleet/ledger';
import type { ObjectInfo } from '@clipfleet/object-store';
import { multipartEtag } from './multipart-etag.js';
import { ownershipOf } from './own-object.js';

const md5 = '0cc175b9c0f1b6a831c399e269772661';
const assembly = (etag: string): Assembly => ({ parts: [{ partNumber: 1, etag, sizeBytes: 10 }], sizeBytes: 10 });
const object = (change: Partial<ObjectInfo> = {}): ObjectInfo => ({
  key: 'k',
  sizeBytes: 10,
  etag: multipartEtag([md5])!,
  lastModifiedMs: 1_000_000,
  ...change,
});

describe('ownershipOf', () => {
  it('trusts an etag that can be foretold, whatever the time', () => {
    expect(ownershipOf(object({ lastModifiedMs: 0 }), assembly(md5), 1_000_000)).toBe('ours');
    expect(ownershipOf(object({ etag: `${md5}-1` }), assembly(md5), 0)).toBe('not-ours');
  });

  it.each([
    [940_000, 'maybe-ours'],
    [939_999, 'not-ours'],
  ])('elsewhere goes by size and by time: written at %i: %s', (lastModifiedMs, expected) => {
    expect(ownershipOf(object({ lastModifiedMs }), assembly('crc32-0-a'), 1_000_000)).toBe(expected);
  });

  it('is never of another size, or nothing', () => {
    expect(ownershipOf(object({ sizeBytes: 11 }), assembly(md5), 0)).toBe('not-ours');
    expect(ownershipOf(undefined, assembly(md5), 0)).toBe('not-ours');
  });
});
