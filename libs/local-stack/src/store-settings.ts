import type { StoreConfigInput } from '@clipfleet/object-store';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { S3Access } from './start-real-s3.js';

/** One entry of CLIPFLEET_STORES, and how the export API's storage_info names it. */
export interface StoreSettings {
  config: StoreConfigInput;
  storageType: 'FILE' | 'S3';
  storageLocation: string;
}

export const fileStoreSettings = (stateDirectory: string): StoreSettings => {
  const rootPath = path.join(stateDirectory, 'store');
  mkdirSync(rootPath, { recursive: true });
  return {
    config: { id: 'local', driver: 'file', locations: ['local'], rootPath },
    storageType: 'FILE',
    storageLocation: 'local',
  };
};

export const s3StoreSettings = (access: S3Access): StoreSettings => ({
  config: { id: 'main', driver: 's3', locations: [access.region], forcePathStyle: true, ...access },
  storageType: 'S3',
  storageLocation: access.region,
});
