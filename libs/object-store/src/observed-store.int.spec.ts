import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeRequestDurationSeconds } from '@clipfleet/platform';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStores, type ObjectStores } from './create-stores.js';

const at = { bucket: 'observed', key: 'a.ts' };

describe('the metrics of a store', () => {
  let rootPath: string;
  let stores: ObjectStores;
  beforeAll(async () => {
    rootPath = await mkdtemp(join(tmpdir(), 'clipfleet-observed-'));
    stores = createStores([{ id: 'observed', driver: 'file', locations: ['observed'], rootPath }]);
    await stores.get('observed').ensureBucket(at.bucket);
  });
  afterAll(async () => {
    await stores.close();
    await rm(rootPath, { recursive: true, force: true });
  });

  const countOf = async (operation: string, outcome: string): Promise<number> => {
    const { values } = await storeRequestDurationSeconds.get();
    const found = values.find(
      ({ labels, metricName }) =>
        metricName?.endsWith('_count') &&
        labels.store === 'observed' &&
        labels.operation === operation &&
        labels.outcome === outcome,
    );
    return found?.value ?? 0;
  };

  it('count its answers by operation, and change none of them', async () => {
    const store = stores.get('observed');
    const { etag } = await store.put(at, new Uint8Array([1, 2, 3]));
    expect(await store.head(at)).toMatchObject({ etag, sizeBytes: 3 });
    expect(await store.getBytes(at, { limitBytes: 10 })).toEqual(new Uint8Array([1, 2, 3]));
    expect([store.id, store.driver, store.abilities.storeCopy]).toEqual(['observed', 'file', true]);
    const counts = await Promise.all(['put', 'head', 'getBytes', 'delete'].map((name) => countOf(name, 'ok')));
    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('count its errors by their code, and throw them as they are', async () => {
    const store = stores.get('observed');
    await expect(store.get({ ...at, key: 'not-there.ts' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.put(at, new Uint8Array(1), { ifAbsent: true })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect([await countOf('get', 'not-found'), await countOf('put', 'precondition-failed')]).toEqual([1, 1]);
  });

  it('leave out what was aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(stores.get('observed').getBytes(at, { limitBytes: 10, signal })).rejects.toThrow();
    expect(await countOf('getBytes', 'aborted')).toBe(0);
    expect(await countOf('getBytes', 'ok')).toBe(1);
  });
});
