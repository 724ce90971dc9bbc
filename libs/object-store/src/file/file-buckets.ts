import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectStoreError } from '../object-store-error.js';
import { fileError, isMissing } from './file-errors.js';
import type { FilePaths } from './file-paths.js';

/** Nothing is in `tmp` for more than seconds, unless its writer died. */
const LEFTOVER_AGE_MS = 24 * 3600 * 1000;

/** Knows which buckets are there, and that their hidden folders are. */
export class FileBuckets {
  private readonly prepared = new Map<string, Promise<void>>();

  constructor(private readonly paths: FilePaths) {}

  /** Throws `no-such-bucket`. The first time in a process it also clears what killed processes left in `tmp`. */
  async prepare(bucket: string): Promise<void> {
    const known = this.prepared.get(bucket);
    if (known !== undefined) return known;
    const preparing = this.makeHiddenFolders(bucket);
    this.prepared.set(bucket, preparing);
    return preparing.catch((error) => {
      this.prepared.delete(bucket);
      throw error;
    });
  }

  /** For calls that found something missing: throws `no-such-bucket` if it was the bucket. */
  async requireBucket(bucket: string): Promise<void> {
    const place = { storeId: this.paths.storeId, bucket };
    const stats = await stat(this.paths.bucket(bucket)).catch((error) => {
      if (isMissing(error)) return undefined;
      throw fileError(error, place);
    });
    if (stats?.isDirectory() === true) return;
    this.prepared.delete(bucket);
    throw new ObjectStoreError('no-such-bucket', `bucket ${bucket} does not exist`, place);
  }

  async create(bucket: string): Promise<void> {
    try {
      await mkdir(this.paths.bucket(bucket), { recursive: true });
    } catch (error) {
      throw fileError(error, { storeId: this.paths.storeId, bucket });
    }
  }

  private async makeHiddenFolders(bucket: string): Promise<void> {
    await this.requireBucket(bucket);
    try {
      await mkdir(this.paths.tmp(bucket), { recursive: true });
      await mkdir(this.paths.uploads(bucket), { recursive: true });
      await this.clearLeftovers(this.paths.tmp(bucket), Date.now() - LEFTOVER_AGE_MS);
    } catch (error) {
      throw fileError(error, { storeId: this.paths.storeId, bucket });
    }
  }

  private async clearLeftovers(folder: string, olderThanMs: number): Promise<void> {
    for (const name of await readdir(folder)) {
      const stats = await stat(join(folder, name)).catch(() => undefined);
      if (stats !== undefined && stats.mtimeMs < olderThanMs)
        await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
