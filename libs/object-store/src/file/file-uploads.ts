import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ByteRange,
  CallOptions,
  ObjectLocation,
  OpenUpload,
  PartBody,
  PartOptions,
  UploadedPart,
} from '../object-store.js';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { checkPartNumber } from '../part-rules.js';
import { exactly } from '../streams.js';
import { linkedPartEtag, writtenPartEtag } from './etags.js';
import type { FileBuckets } from './file-buckets.js';
import { errnoOf, fileError, isMissing, throwIfAborted } from './file-errors.js';
import type { FileObjects } from './file-objects.js';
import type { FilePaths } from './file-paths.js';
import { type PartPointer, writePartPointer } from './part-pointer.js';
import { noSuchUpload, UploadFolders } from './upload-folder.js';
import { syncFolder, writeNewFile } from './write-file.js';

/** The source cannot be linked: another file system, too many links, a file of another user. */
const NOT_LINKABLE: ReadonlySet<string | undefined> = new Set(['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP']);

/** One part of one open upload. */
interface PartTarget {
  folder: string;
  partNumber: number;
  dataName: string;
  place: StorePlace;
}

const chunksOf = (body: PartBody, place: StorePlace): Iterable<Uint8Array> | AsyncIterable<Uint8Array> => {
  if ('stream' in body) return exactly(body.stream, body.sizeBytes, place);
  return body instanceof Uint8Array ? [body] : body;
};

/** Opening, filling, listing and aborting uploads; completing them is file-completion.ts. */
export class FileUploads {
  readonly folders: UploadFolders;

  constructor(
    private readonly paths: FilePaths,
    private readonly buckets: FileBuckets,
    private readonly objects: FileObjects,
    private readonly sync: boolean,
  ) {
    this.folders = new UploadFolders(paths);
  }

  async create(at: ObjectLocation, options?: CallOptions): Promise<string> {
    const { place } = this.paths.object(at);
    throwIfAborted(options?.signal, place);
    await this.buckets.prepare(at.bucket);
    try {
      return await this.folders.create(at, Date.now());
    } catch (error) {
      if (isMissing(error)) await this.buckets.requireBucket(at.bucket);
      throw fileError(error, place);
    }
  }

  async writePart(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    body: PartBody,
    options?: PartOptions,
  ): Promise<UploadedPart> {
    const stop = (): void => void ('stream' in body ? body.stream.destroy() : undefined);
    options?.signal?.addEventListener('abort', stop, { once: true }); // a source that is silent would be waited for
    try {
      const target = await this.target(at, uploadId, partNumber, options);
      const written = await this.writeChunks(target, chunksOf(body, target.place), options);
      if (!('stream' in body)) options?.onRead?.();
      return written;
    } catch (error) {
      throwIfAborted(options?.signal, { storeId: this.paths.storeId, ...at, uploadId, partNumber });
      throw error;
    } finally {
      options?.signal?.removeEventListener('abort', stop);
      stop();
    }
  }

  async copyPart(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    from: ObjectLocation,
    options: CallOptions & { range?: ByteRange } = {},
  ): Promise<UploadedPart> {
    const target = await this.target(at, uploadId, partNumber, options);
    const { handle, range, place } = await this.objects.open(from, options);
    await handle.close();
    if (options.range === undefined) return this.linkPart(target, from);
    if (range[1] !== options.range[1]) {
      throw new ObjectStoreError('range-not-satisfiable', `byte ${options.range[1]} is beyond the source's end`, place);
    }
    const stream = await this.objects.get(from, options);
    return this.writeChunks(target, exactly(stream, range[1] - range[0], target.place), options);
  }

  async abort(at: ObjectLocation, uploadId: string, options?: CallOptions): Promise<void> {
    const { place } = this.paths.object(at);
    throwIfAborted(options?.signal, place);
    try {
      await this.folders.find(at, uploadId, place);
      await this.folders.remove(at, uploadId);
    } catch (error) {
      const failure = fileError(error, { ...place, uploadId });
      if (failure.code !== 'no-such-upload') throw failure;
    }
  }

  async listOpen(bucket: string, prefix: string, options?: CallOptions): Promise<OpenUpload[]> {
    const place = { storeId: this.paths.storeId, bucket };
    throwIfAborted(options?.signal, place);
    await this.buckets.prepare(bucket);
    try {
      return await this.folders.list(bucket, prefix);
    } catch (error) {
      if (isMissing(error)) await this.buckets.requireBucket(bucket);
      throw fileError(error, place);
    }
  }

  private async target(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    options?: CallOptions,
  ): Promise<PartTarget> {
    const place = { ...this.paths.object(at).place, uploadId, partNumber };
    checkPartNumber(partNumber, place);
    throwIfAborted(options?.signal, place);
    const folder = await this.folders.find(at, uploadId, place);
    return { folder, partNumber, dataName: `data-${randomUUID()}`, place };
  }

  private async writeChunks(
    target: PartTarget,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<UploadedPart> {
    const { folder, dataName, place } = target;
    try {
      const written = await writeNewFile(join(folder, dataName), chunks, {
        sync: this.sync,
        place,
        signal: options?.signal,
      });
      const { sizeBytes } = written;
      return await this.store(target, { dataName, sizeBytes, etag: writtenPartEtag(written.crc32, sizeBytes) });
    } catch (error) {
      throw (await this.isGone(folder)) ? noSuchUpload(place, error) : error;
    }
  }

  /** No byte is read: the part is the source's file under a second name, or a copy the file system makes. */
  private async linkPart(target: PartTarget, from: ObjectLocation): Promise<UploadedPart> {
    const source = this.paths.object(from);
    try {
      const path = await realpath(source.path); // linking a symbolic link would make another one
      const stats = await stat(path, { bigint: true });
      const dataName = await linkOrCopy(path, target);
      return await this.store(target, { dataName, sizeBytes: Number(stats.size), etag: linkedPartEtag(stats) });
    } catch (error) {
      if (await this.isGone(target.folder)) throw noSuchUpload(target.place, error);
      throw fileError(error, source.place);
    }
  }

  private async store({ folder, partNumber, place }: PartTarget, pointer: PartPointer): Promise<UploadedPart> {
    try {
      await writePartPointer(folder, partNumber, pointer);
      if (this.sync) await syncFolder(folder);
    } catch (error) {
      throw fileError(error, place);
    }
    return { partNumber, etag: pointer.etag, sizeBytes: pointer.sizeBytes };
  }

  private isGone(folder: string): Promise<boolean> {
    return stat(folder).then(() => false, isMissing);
  }
}

/** The name of the data file made. */
async function linkOrCopy(path: string, { folder, dataName }: PartTarget): Promise<string> {
  const linkName = dataName.replace('data-', 'link-');
  try {
    await link(path, join(folder, linkName));
    return linkName;
  } catch (error) {
    if (!NOT_LINKABLE.has(errnoOf(error))) throw error;
    await copyFile(path, join(folder, dataName), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return dataName;
  }
}
