import type { Readable } from 'node:stream';
import type {
  ByteRange,
  CallOptions,
  GetOptions,
  CompletedPart,
  ExpectedParts,
  ObjectInfo,
  ObjectLocation,
  ObjectStore,
  OpenUpload,
  PartBody,
  PartOptions,
  StoreAbilities,
  UploadedPart,
  WriteOptions,
} from '../object-store.js';
import { signFileUrl } from '../signing/file-url.js';
import type { FileStoreConfig } from '../store-config.js';
import { FileBuckets } from './file-buckets.js';
import { FileCompletion } from './file-completion.js';
import { FileObjects } from './file-objects.js';
import { FilePaths } from './file-paths.js';
import { FileUploads } from './file-uploads.js';

const MAX_SIGNED_MS = 7 * 24 * 3600 * 1000;

export interface FileUrlOptions {
  /** The gateway's secret for addresses of files. */
  signingSecret: string;
  /** The gateway's address for clients. */
  publicUrl: string;
}

/** A store in a directory or an NFS mount: `<rootPath>/<bucket>/<key>`, plain files that other programs can read. */
export class FileObjectStore implements ObjectStore {
  readonly driver = 'file';
  readonly id: string;
  readonly abilities: StoreAbilities;
  private readonly paths: FilePaths;
  private readonly buckets: FileBuckets;
  private readonly objects: FileObjects;
  private readonly uploads: FileUploads;
  private readonly completion: FileCompletion;

  constructor(
    config: FileStoreConfig,
    private readonly urls?: FileUrlOptions,
  ) {
    this.id = config.id;
    this.abilities = config.abilities;
    this.paths = new FilePaths(config.id, config.rootPath);
    this.buckets = new FileBuckets(this.paths);
    this.objects = new FileObjects(this.paths, this.buckets, config.syncWrites);
    this.uploads = new FileUploads(this.paths, this.buckets, this.objects, config.syncWrites);
    this.completion = new FileCompletion(this.paths, this.uploads.folders, config.syncWrites);
  }

  head(at: ObjectLocation, options?: CallOptions): Promise<ObjectInfo | undefined> {
    return this.objects.head(at, options);
  }

  get(at: ObjectLocation, options?: GetOptions): Promise<Readable> {
    return this.objects.get(at, options);
  }

  getBytes(at: ObjectLocation, options: CallOptions & { limitBytes: number; range?: ByteRange }): Promise<Uint8Array> {
    return this.objects.getBytes(at, options);
  }

  put(at: ObjectLocation, body: Uint8Array, options?: WriteOptions): Promise<{ etag: string }> {
    return this.objects.put(at, body, options);
  }

  delete(at: ObjectLocation, options?: CallOptions): Promise<void> {
    return this.objects.delete(at, options);
  }

  async deleteMany(bucket: string, keys: readonly string[], options?: CallOptions): Promise<void> {
    for (const key of keys) await this.objects.delete({ bucket, key }, options);
  }

  list(bucket: string, prefix: string, options?: CallOptions & { startAfter?: string }): AsyncIterable<ObjectInfo> {
    return this.objects.list(bucket, prefix, options);
  }

  createUpload(at: ObjectLocation, options?: CallOptions & { contentType?: string }): Promise<string> {
    return this.uploads.create(at, options);
  }

  uploadPart(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    body: PartBody,
    options?: PartOptions,
  ): Promise<UploadedPart> {
    return this.uploads.writePart(at, uploadId, partNumber, body, options);
  }

  uploadPartCopy(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    from: ObjectLocation,
    options?: CallOptions & { range?: ByteRange; sourceBytes?: number },
  ): Promise<UploadedPart> {
    return this.uploads.copyPart(at, uploadId, partNumber, from, options);
  }

  completeUpload(
    at: ObjectLocation,
    uploadId: string,
    parts: CompletedPart[],
    options?: CallOptions & { ifAbsent?: boolean },
  ): Promise<{ etag: string }> {
    return this.completion.complete(at, uploadId, parts, options);
  }

  prepareCompletion(at: ObjectLocation, uploadId: string, parts: ExpectedParts, options?: CallOptions): Promise<void> {
    return this.completion.prepare(at, uploadId, parts, options);
  }

  abortUpload(at: ObjectLocation, uploadId: string, options?: CallOptions): Promise<void> {
    return this.uploads.abort(at, uploadId, options);
  }

  listUploads(bucket: string, prefix: string, options?: CallOptions): Promise<OpenUpload[]> {
    return this.uploads.listOpen(bucket, prefix, options);
  }

  async signedUrl(at: ObjectLocation, options: { expiresInMs: number; downloadName?: string }): Promise<string> {
    this.paths.object(at);
    // addresses are given by the gateway alone: a worker has neither the secret nor the use
    if (!this.urls) throw new Error(`store "${this.id}" has no secret to sign addresses with`);
    const expiresAtMs = Date.now() + Math.min(MAX_SIGNED_MS, Math.ceil(options.expiresInMs));
    const download = options.downloadName === undefined ? {} : { downloadName: options.downloadName };
    return signFileUrl({ storeId: this.id, ...at, expiresAtMs, ...download }, this.urls);
  }

  ensureBucket(bucket: string): Promise<void> {
    return this.buckets.create(bucket);
  }

  /** Holds nothing open between calls, but may still be freeing what uploads have left. */
  async close(): Promise<void> {
    await this.completion.close();
    await this.uploads.folders.close();
  }
}
