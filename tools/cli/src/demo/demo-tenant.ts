import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LedgerDatabase, seedTenant } from '@clipfleet/ledger';
import { demo } from './demo-recording.js';

export const demoUploadBucket = 'exports';
/** Of the file API. */
export const filesBucket = 'clipfleet-files';
export const demoTenantSlug = 'demo';

/** The demo tenant may read the recordings and write the exports of `storeId`; its token is made once and returned. */
export const seedDemoTenant = async (
  databaseUrl: string,
  storeId: string,
  stateDirectory: string,
): Promise<{ token: string }> => {
  const token = remembered(path.join(stateDirectory, 'demo-token'), 16).toUpperCase();
  const database = await LedgerDatabase.open({ url: databaseUrl, poolSize: 1 });
  try {
    await seedTenant(database, {
      slug: demoTenantSlug,
      name: 'Demo',
      token,
      tokenLabel: 'demo',
      grants: [
        { storeId, bucket: demo.bucket, prefix: '', canRead: true, canWrite: false },
        { storeId, bucket: demoUploadBucket, prefix: '', canRead: true, canWrite: true },
      ],
      jweKey: Buffer.from(remembered(path.join(stateDirectory, 'demo-jwe-key'), 32), 'hex'),
    });
  } finally {
    await database.close();
  }
  return { token };
};

const remembered = (file: string, sizeBytes: number): string => {
  if (!existsSync(file)) writeFileSync(file, randomBytes(sizeBytes).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
};
