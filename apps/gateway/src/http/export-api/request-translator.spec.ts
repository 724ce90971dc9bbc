import { describe, expect, it } from '@jest/globals';
import { nameFields, parseJsonBody } from '@clipfleet/contracts';
import type { ObjectStores } from '@clipfleet/object-store';
import { RequestTranslator, type Translation } from './request-translator.js';

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

const translatorWithLookups = () => {
  let lookups = 0;
  const find = (): { id: string } => {
    lookups += 1;
    return { id: 'disk' };
  };
  const translator = new RequestTranslator({ find } as unknown as ObjectStores);
  const translate = (body: Uint8Array, tenantId = 'acme'): Translation =>
    translator.translate(nameFields(parseJsonBody(body)), body, tenantId);
  return { translate, lookups: () => lookups };
};

describe('the translation of requests', () => {
  it('is worked out once for the same bytes', () => {
    const { translate, lookups } = translatorWithLookups();
    const first = translate(requestBody());
    expect(translate(requestBody())).toBe(first);
    expect(lookups()).toBe(2); // one for each storage entry
  });

  it('is another one for another tenant, who may not learn of the first', () => {
    const { translate } = translatorWithLookups();
    expect(translate(requestBody(), 'acme').fingerprint).not.toBe(translate(requestBody(), 'other').fingerprint);
  });

  it('is another one for other bytes, but the same job where they mean the same', () => {
    const { translate } = translatorWithLookups();
    const first = translate(requestBody());
    const spaced = translate(Buffer.from(` ${Buffer.from(requestBody()).toString()}`));
    expect(spaced).not.toBe(first);
    expect(spaced.fingerprint).toBe(first.fingerprint);
    expect(translate(requestBody({ FileName: 'other' })).fingerprint).not.toBe(first.fingerprint);
  });

  it('refuses again what it has refused', () => {
    const { translate } = translatorWithLookups();
    for (let time = 1; time <= 2; time++) expect(() => translate(requestBody({ Duration: 0 }))).toThrow('Duration');
  });

  it('does not keep large bodies', () => {
    const { translate } = translatorWithLookups();
    const body = requestBody({ export_type: 3, media_type: 'm3u8', description: 'x'.repeat(20_000) });
    const first = translate(body);
    expect(translate(body)).not.toBe(first);
    expect(translate(body)).toEqual(first);
  });
});
