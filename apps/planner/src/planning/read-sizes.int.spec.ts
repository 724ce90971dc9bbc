import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStores, type ObjectInfo, type ObjectStore, type ObjectStores } from '@clipfleet/object-store';
import { readSizes } from './read-sizes.js';

const BUCKET = 'recordings';
let rootPath: string;
let stores: ObjectStores;
let store: ObjectStore;

beforeAll(async () => {
  rootPath = mkdtempSync(join(tmpdir(), 'clipfleet-sizes-'));
  stores = createStores([{ id: 'local', driver: 'file', locations: ['local'], rootPath, syncWrites: false }]);
  store = stores.get('local');
  await store.ensureBucket(BUCKET);
  // names without leading zeros: the order of a listing is not the order of the recording
  for (let i = 0; i < 120; i++) await store.put({ bucket: BUCKET, key: `ch/seg${i}.ts` }, new Uint8Array(i + 1));
  await store.put({ bucket: BUCKET, key: 'ch/key.bin' }, new Uint8Array(16));
});
afterAll(async () => {
  await stores.close();
  rmSync(rootPath, { recursive: true, force: true });
});

/** The store, counting what it is asked. */
const counted = (): { store: ObjectStore; heads: () => number; listed: () => number } => {
  let heads = 0;
  let listed = 0;
  const proxy = new Proxy(store, {
    get(target, property, receiver) {
      if (property === 'head') return (...args: Parameters<ObjectStore['head']>) => (heads++, target.head(...args));
      if (property === 'list') {
        return async function* (...args: Parameters<ObjectStore['list']>): AsyncIterable<ObjectInfo> {
          for await (const object of target.list(...args)) {
            listed++;
            yield object;
          }
        };
      }
      const value: unknown = Reflect.get(target, property, receiver);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { store: proxy, heads: () => heads, listed: () => listed };
};
const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `ch/seg${from + i}.ts`);
const signal = new AbortController().signal;

describe('sizes of segments', () => {
  it('come from one listing when there are many, whatever order the names sort in', async () => {
    const asked = counted();
    const sizes = await readSizes(asked.store, BUCKET, keys(5, 105), signal);
    expect(sizes).toEqual(new Map(keys(5, 105).map((key, i) => [key, i + 6])));
    expect(asked.heads()).toBe(0);
    expect(asked.listed()).toBeLessThanOrEqual(121);
  });

  it('are asked for one by one when they are few', async () => {
    const asked = counted();
    expect(await readSizes(asked.store, BUCKET, keys(0, 3), signal)).toEqual(
      new Map(keys(0, 3).map((key, i) => [key, i + 1])),
    );
    expect([asked.heads(), asked.listed()]).toEqual([3, 0]);
  });

  it.each([
    ['few', ['ch/seg1.ts', 'ch/none.ts']],
    ['many', [...keys(0, 40), 'ch/none.ts', 'ch/seg9999.ts']],
  ])('are undefined for objects that do not exist, of %s', async (_name, wanted) => {
    const sizes = await readSizes(store, BUCKET, wanted, signal);
    expect(sizes.get('ch/none.ts')).toBeUndefined();
    expect(sizes.has('ch/none.ts')).toBe(true);
    expect(sizes.get('ch/seg1.ts')).toBe(2);
  });

  it('are found in several folders at once', async () => {
    await store.put({ bucket: BUCKET, key: 'other/a.ts' }, new Uint8Array(7));
    const sizes = await readSizes(store, BUCKET, [...keys(0, 30), 'other/a.ts'], signal);
    expect([sizes.size, sizes.get('other/a.ts'), sizes.get('ch/seg29.ts')]).toEqual([31, 7, 30]);
  });
});
