import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ObjectStores } from '@clipfleet/object-store';
import { RequestReader, type Translation } from './request-reader.js';

const storageInfo = (bucket: string): string => {
  const entry = { storage_type: 'FILE', storage_location: 'local', storage_name: bucket };
  return Buffer.from(
    JSON.stringify([
      { storage_purpose: 'ts', ...entry },
      { storage_purpose: 'upload', ...entry },
    ]),
  ).toString('base64');
};

const requestBody = (changes: Record<string, unknown> = {}): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      FetchMedia: true,
      HiResFilePath: 'a.m3u8',
      FileName: 'clip',
      StartPos: 0,
      Duration: 1000,
      media_type: 'ts',
      storage_info: storageInfo('bucket'),
      ...changes,
    }),
  );

const readerWithLookups = () => {
  let lookups = 0;
  const find = (): { id: string } => {
    lookups += 1;
    return { id: 'disk' };
  };
  const reader = new RequestReader({ find } as unknown as ObjectStores);
  const translate = (body: Uint8Array, tenantId = 'acme'): Translation =>
    reader.translate(reader.read(body), body, tenantId);
  return { reader, translate, lookups: () => lookups };
};

describe('the reader of requests', () => {
  it('knows the token by its hash, at the first time and later', () => {
    const { reader, translate } = readerWithLookups();
    const body = requestBody({ SessionId: 'secret' });
    const tokenHash = createHash('sha256').update('secret').digest('base64');
    expect(reader.read(body).tokenHash).toBe(tokenHash);
    translate(body);
    expect(reader.read(body).tokenHash).toBe(tokenHash);
    expect(JSON.stringify([...reader.read(body).translations])).not.toContain('secret');
    expect(reader.read(requestBody()).tokenHash).toBeUndefined();
  });

  it('refuses a token that is no text', () => {
    expect(() => readerWithLookups().reader.read(requestBody({ SessionId: 5 }))).toThrow('SessionId must be a string');
  });

  it('refuses what is not there', () => {
    expect(() => readerWithLookups().reader.read(undefined)).toThrow('body is empty');
  });

  it('works out the same bytes once', () => {
    const { translate, lookups } = readerWithLookups();
    const first = translate(requestBody());
    expect(translate(requestBody())).toBe(first);
    expect(lookups()).toBe(2); // one for each storage entry
  });

  it('makes another job of them for another tenant, who may not learn of the first', () => {
    const { translate } = readerWithLookups();
    expect(translate(requestBody(), 'acme').fingerprint).not.toBe(translate(requestBody(), 'other').fingerprint);
  });

  it('makes the same job of other bytes that mean the same', () => {
    const { translate } = readerWithLookups();
    const first = translate(requestBody());
    const spaced = translate(Buffer.from(` ${Buffer.from(requestBody()).toString()}`));
    expect(spaced).not.toBe(first);
    expect(spaced.fingerprint).toBe(first.fingerprint);
    expect(translate(requestBody({ FileName: 'other' })).fingerprint).not.toBe(first.fingerprint);
  });

  it('refuses again what it has refused', () => {
    const { translate } = readerWithLookups();
    for (let time = 1; time <= 2; time++) expect(() => translate(requestBody({ Duration: 0 }))).toThrow('Duration');
  });

  it('does not keep large bodies', () => {
    const { translate } = readerWithLookups();
    const body = requestBody({ export_type: 3, media_type: 'm3u8', description: 'x'.repeat(20_000) });
    const first = translate(body);
    expect(translate(body)).not.toBe(first);
    expect(translate(body)).toEqual(first);
  });
});
