import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { S3Access } from '@clipfleet/local-stack';
import { describeRealS3 } from '@clipfleet/testing';
import { objectStoreConformance } from './conformance/conformance.js';
import { outcome } from './conformance/given.js';
import { createStores, type ObjectStores } from './create-stores.js';
import type { StoreConfigInput } from './store-config.js';

const URLS = { signingSecret: 'not used by s3', publicUrl: 'http://not-used.invalid' };
const configOf = (access: S3Access, id: string, more: object = {}): StoreConfigInput => ({
  ...{ id, driver: 's3', locations: [id], maxAttempts: 2 },
  ...access,
  ...more,
});

function suite(access: S3Access): void {
  const bucket = `conformance-${randomUUID().slice(0, 8)}`;
  let stores: ObjectStores;

  beforeAll(async () => {
    const wrong = { secretAccessKey: 'not the secret' };
    const nobody = { endpoint: 'http://127.0.0.1:9' };
    const less = { abilities: { conditionalCreate: false }, signPayload: true };
    const more = { real: {}, wrong, nobody, less };
    const configs = Object.entries(more).map(([id, change]) => configOf(access, id, change));
    stores = createStores(configs, URLS);
    await stores.get('real').ensureBucket(bucket);
  });

  afterAll(() => stores.close());

  objectStoreConformance({
    store: () => stores.get('real'),
    bucket,
    // Ceph RGW's gap; AWS completes subsets.
    facts: { keysAreFree: true, keepsContentType: true, completesSubsets: false },
  });

  it('tells wrong credentials from an object that is not there', async () => {
    const at = { bucket, key: 'a' };
    const calls = [
      stores.get('wrong').get(at),
      stores.get('wrong').head(at),
      stores.get('wrong').put(at, new Uint8Array(1)),
    ];
    expect(await Promise.all(calls.map(outcome))).toEqual(Array(3).fill('access-denied'));
  });

  it('takes a server that does not answer for one to try again', async () => {
    const failure: unknown = await stores
      .get('nobody')
      .get({ bucket, key: 'a' })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('stands in for conditional creation where the server has none, and signs payloads where asked', async () => {
    const at = { bucket, key: 'stand-in' };
    const less = stores.get('less');
    expect(await outcome(less.put(at, Buffer.from('one'), { ifAbsent: true }))).toBe('done');
    expect(await outcome(less.put(at, Buffer.from('two'), { ifAbsent: true }))).toBe('precondition-failed');
    const uploadId = await less.createUpload(at);
    const part = await less.uploadPart(at, uploadId, 1, Buffer.from('two'));
    expect(await outcome(less.completeUpload(at, uploadId, [part], { ifAbsent: true }))).toBe('precondition-failed');
    await less.abortUpload(at, uploadId);
  });
}

describeRealS3('the s3 store on a real server', suite);
