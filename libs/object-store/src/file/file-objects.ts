import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { checkRange, rangeWithin } from '../byte-range.js';
import type { ByteRange, CallOptions, GetOptions, ObjectInfo, ObjectLocation, WriteOptions } from '../object-store.js';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { tooLarge, translated } from '../streams.js';
import { objectEtag } from './etags.js';
import type { FileBuckets } from './file-buckets.js';
import { errnoOf, fileError, isMissing, throwIfAborted } from './file-errors.js';
import type { FilePaths } from './file-paths.js';
import { listFiles, objectInfo } from './list-files.js';
import { publishFile } from './publish-file.js';
import { readChunks } from './read-chunks.js';
import { writeNewFile } from './write-file.js';

interface OpenObject {
  handle: FileHandle;
  range: ByteRange;
  place: StorePlace;
}

/** The calls on whole objects of a file store. */
export class FileObjects {
  constructor(
    private readonly paths: FilePaths,
    private readonly buckets: FileBuckets,
    private readonly sync: boolean,
  ) {}

  async head(at: ObjectLocation, options?: CallOptions): Promise<ObjectInfo | undefined> {
    const { path, place } = this.paths.object(at);
    throwIfAborted(options?.signal, place);
    try {
      return await objectInfo(path, at.key);
    } catch (error) {
      throw fileError(error, place);
    }
  }

  async get(at: ObjectLocation, options: GetOptions = {}): Promise<Readable> {
    const { handle, range, place } = await this.open(at, options);
    if (range[0] === range[1]) {
      await handle.close();
      return Readable.from([]);
    }
    const translate = (error: unknown): Error =>
      fileError(options.signal?.aborted === true ? { code: 'ABORT_ERR', message: 'aborted' } : error, place);
    return translated(readChunks(handle, range, options.pool), translate, options.signal);
  }

  async getBytes(
    at: ObjectLocation,
    options: CallOptions & { limitBytes: number; range?: ByteRange },
  ): Promise<Uint8Array> {
    const { handle, range, place } = await this.open(at, options);
    try {
      const sizeBytes = range[1] - range[0];
      if (sizeBytes > options.limitBytes) throw tooLarge(options.limitBytes, place);
      const bytes = new Uint8Array(sizeBytes);
      let readBytes = 0;
      while (readBytes < sizeBytes) {
        const { bytesRead } = await handle.read(bytes, readBytes, sizeBytes - readBytes, range[0] + readBytes);
        if (bytesRead === 0) break; // truncated by someone else while it was read
        readBytes += bytesRead;
      }
      return bytes.subarray(0, readBytes);
    } catch (error) {
      throw fileError(error, place);
    } finally {
      await handle.close();
    }
  }

  async put(at: ObjectLocation, body: Uint8Array, options: WriteOptions = {}): Promise<{ etag: string }> {
    const { path, place } = this.paths.object(at);
    const ifAbsent = options.ifAbsent === true;
    throwIfAborted(options.signal, place);
    await this.buckets.prepare(at.bucket);
    const temporary = join(this.paths.tmp(at.bucket), `put-${randomUUID()}`);
    try {
      await writeNewFile(temporary, [body], { sync: this.sync, place, signal: options.signal });
      const etag = objectEtag(await stat(temporary, { bigint: true }));
      await publishFile(temporary, path, { ifAbsent, sync: this.sync, place });
      return { etag };
    } catch (error) {
      if (isMissing((error as Error).cause ?? error)) await this.buckets.requireBucket(at.bucket);
      throw fileError(error, place);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async delete(at: ObjectLocation, options?: CallOptions): Promise<void> {
    const { path, place } = this.paths.object(at);
    throwIfAborted(options?.signal, place);
    try {
      await unlink(path);
    } catch (error) {
      if (isMissing(error)) return this.buckets.requireBucket(at.bucket);
      if (await isFolder(path)) return; // a prefix, not an object
      throw fileError(error, place);
    }
    await pruneEmptyFolders(dirname(path), this.paths.bucket(at.bucket));
  }

  async *list(
    bucket: string,
    prefix: string,
    options: CallOptions & { startAfter?: string } = {},
  ): AsyncGenerator<ObjectInfo> {
    const bucketPath = this.paths.bucket(bucket);
    const place = { storeId: this.paths.storeId, bucket };
    await this.buckets.requireBucket(bucket);
    throwIfAborted(options.signal, place);
    try {
      for await (const info of listFiles(bucketPath, { prefix, startAfter: options.startAfter ?? '' })) {
        throwIfAborted(options.signal, place);
        yield info;
      }
    } catch (error) {
      throw fileError(error, place);
    }
  }

  /** Opens an object to be read; the caller closes it. */
  async open(at: ObjectLocation, options: CallOptions & { range?: ByteRange }): Promise<OpenObject> {
    const { path, place } = this.paths.object(at);
    checkRange(options.range, place);
    throwIfAborted(options.signal, place);
    const handle = await this.openFile(path, at, place);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw notFound(place);
      return { handle, range: rangeWithin(options.range, stats.size, place), place };
    } catch (error) {
      await handle.close();
      throw fileError(error, place);
    }
  }

  private async openFile(path: string, at: ObjectLocation, place: StorePlace): Promise<FileHandle> {
    try {
      return await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // or a FIFO would wait for its writer
    } catch (error) {
      if (!isMissing(error)) throw fileError(error, place);
      await this.buckets.requireBucket(at.bucket);
      throw notFound(place, error);
    }
  }
}

const notFound = (place: StorePlace, cause?: unknown): ObjectStoreError =>
  new ObjectStoreError('not-found', `${place.bucket}/${place.key} does not exist`, place, { cause });

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** Folders exist only through the objects in them. One that gets a new object meanwhile is not empty and stays. */
async function pruneEmptyFolders(folder: string, bucketPath: string): Promise<void> {
  for (let path = folder; path.startsWith(`${bucketPath}/`); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return;
    }
  }
}
