import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectLocation, OpenUpload } from '../object-store.js';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { compareKeys } from './compare-keys.js';
import { isMissing } from './file-errors.js';
import type { FilePaths } from './file-paths.js';

const RECORD = 'upload.json';
const FREED_AFTER_MS = 1_000;
const UPLOAD_ID = /^[0-9a-z]{1,12}-[0-9a-f-]{36}$/;

interface UploadRecord {
  key: string;
  initiatedMs: number;
}

export const noSuchUpload = (place: StorePlace, cause?: unknown): ObjectStoreError =>
  new ObjectStoreError(
    'no-such-upload',
    `upload ${place.uploadId} of ${place.bucket}/${place.key} is not open`,
    place,
    {
      cause,
    },
  );

const manyListeners = (): AbortController => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
};

/** Open uploads are folders `uploads/<uploadId>`; they come and go by one rename each, with all that is in them. */
export class UploadFolders {
  private readonly clearings = new Set<Promise<void>>();
  private closing = manyListeners();

  constructor(private readonly paths: FilePaths) {}

  async create(at: ObjectLocation, nowMs: number): Promise<string> {
    const uploadId = `${nowMs.toString(36)}-${randomUUID()}`;
    const record: UploadRecord = { key: at.key, initiatedMs: nowMs };
    const fresh = join(this.paths.tmp(at.bucket), `upload-${uploadId}`);
    await mkdir(fresh);
    await writeFile(join(fresh, RECORD), JSON.stringify(record));
    await rename(fresh, join(this.paths.uploads(at.bucket), uploadId));
    return uploadId;
  }

  /** The folder of an open upload of this key; throws `no-such-upload`. */
  async find(at: ObjectLocation, uploadId: string, place: StorePlace): Promise<string> {
    const record = UPLOAD_ID.test(uploadId) ? await this.read(at.bucket, uploadId) : undefined;
    if (record === undefined || record.key !== at.key) throw noSuchUpload({ ...place, uploadId });
    return join(this.paths.uploads(at.bucket), uploadId);
  }

  /**
   * After the rename the upload is over for everyone; one that is over already is left alone. Freeing what was in it takes as
   * long as writing a tenth of it, holds up all that waits for the file system's journal meanwhile, and so comes a little later
   * than the commits that follow the end of an upload: killed before, it is a leftover in `tmp`.
   */
  async remove(at: ObjectLocation, uploadId: string): Promise<void> {
    const gone = join(this.paths.tmp(at.bucket), `gone-${uploadId}`);
    try {
      await rename(join(this.paths.uploads(at.bucket), uploadId), gone);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    const clearing = delay(FREED_AFTER_MS, undefined, { signal: this.closing.signal, ref: false })
      .catch(() => undefined) // closing: at once
      .then(() => rm(gone, { recursive: true, force: true }))
      .catch(() => undefined) // a leftover as well
      .finally(() => this.clearings.delete(clearing));
    this.clearings.add(clearing);
  }

  /** Frees what was removed so far. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.clearings);
    this.closing = manyListeners();
  }

  async list(bucket: string, prefix: string): Promise<OpenUpload[]> {
    const open: OpenUpload[] = [];
    for (const uploadId of await readdir(this.paths.uploads(bucket))) {
      const record = await this.read(bucket, uploadId);
      if (record?.key.startsWith(prefix) === true) {
        open.push({ bucket, key: record.key, uploadId, initiatedMs: record.initiatedMs });
      }
    }
    return open.toSorted((a, b) => compareKeys(a.key, b.key) || a.initiatedMs - b.initiatedMs);
  }

  private async read(bucket: string, uploadId: string): Promise<UploadRecord | undefined> {
    try {
      return JSON.parse(await readFile(join(this.paths.uploads(bucket), uploadId, RECORD), 'utf8')) as UploadRecord;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}
