import { FileObjectStore, type FileUrlOptions } from './file/file-object-store.js';
import type { ObjectStore } from './object-store.js';
import { observed } from './observed-store.js';
import { S3ObjectStore } from './s3/s3-object-store.js';
import { type StoreConfigInput, storeConfigsSchema } from './store-config.js';

/** All configured stores. */
export interface ObjectStores {
  /** By id, as messages carry it; throws a plain Error for one that is not configured. */
  get(storeId: string): ObjectStore;
  /** By what a request says: its kind of storage and the storage's location. */
  find(driver: ObjectStore['driver'], location: string): ObjectStore | undefined;
  all(): ObjectStore[];
  close(): Promise<void>;
}

/** Throws a ZodError for a configuration that is wrong; opens no connection. `urls`: for those who sign addresses of files. */
export function createStores(configs: readonly StoreConfigInput[], urls?: FileUrlOptions): ObjectStores {
  const parsed = storeConfigsSchema.parse(configs);
  const stores = parsed.map((config) => ({
    locations: config.locations,
    store: observed(config.driver === 's3' ? new S3ObjectStore(config) : new FileObjectStore(config, urls)),
  }));
  return {
    get(storeId) {
      const found = stores.find(({ store }) => store.id === storeId);
      if (found === undefined) throw new Error(`no store "${storeId}" is configured`);
      return found.store;
    },
    find: (driver, location) =>
      stores.find(({ store, locations }) => store.driver === driver && locations.includes(location))?.store,
    all: () => stores.map(({ store }) => store),
    async close() {
      await Promise.all(stores.map(({ store }) => store.close()));
    },
  };
}
