import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileStoreConfig, fileStoreConfigSchema } from '../../store-config.js';
import { FileObjectStore } from '../file-object-store.js';

export const BUCKET = 'bucket';

/** A file store in a folder of its own, with one bucket. */
export interface TemporaryStore {
  config: FileStoreConfig;
  store: FileObjectStore;
  bucketPath: string;
  remove(): Promise<void>;
}

export async function temporaryStore(): Promise<TemporaryStore> {
  const rootPath = await mkdtemp(join(tmpdir(), 'clipfleet-file-'));
  const config = fileStoreConfigSchema.parse({ id: 'local', driver: 'file', locations: ['local'], rootPath });
  const store = new FileObjectStore(config);
  await store.ensureBucket(BUCKET);
  return {
    config,
    store,
    bucketPath: join(rootPath, BUCKET),
    remove: async () => {
      await store.close();
      await rm(rootPath, { recursive: true, force: true });
    },
  };
}
