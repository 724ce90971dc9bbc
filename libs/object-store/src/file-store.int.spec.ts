import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { objectStoreConformance } from './conformance/conformance.js';
import { FileRoute } from './conformance/file-route.js';
import { createStores, type ObjectStores } from './create-stores.js';

const SECRET = 'a secret of the tests';

describe('the file store', () => {
  let rootPath: string;
  let stores: ObjectStores;
  const store = () => stores.get('local');
  const route = new FileRoute(SECRET, store);

  beforeAll(async () => {
    rootPath = await mkdtemp(join(tmpdir(), 'clipfleet-file-store-'));
    const config = { id: 'local', driver: 'file' as const, locations: ['local'], rootPath };
    stores = createStores([config], { signingSecret: SECRET, publicUrl: await route.listen() });
    await store().ensureBucket('conformance');
  });

  afterAll(async () => {
    await route.close();
    await stores.close();
    await rm(rootPath, { recursive: true, force: true });
  });

  objectStoreConformance({
    store,
    bucket: 'conformance',
    facts: { keysAreFree: false, keepsContentType: false, completesSubsets: true },
  });
});
