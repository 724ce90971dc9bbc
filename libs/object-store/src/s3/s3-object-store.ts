import type { Readable } from 'node:stream';
import { CreateBucketCommand, GetObjectCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkBucket, checkLocation } from '../location-rules.js';
import type {
  ByteRange,
  CallOptions,
  GetOptions,
  CompletedPart,
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
import { ObjectStoreError } from '../object-store-error.js';
import { checkPartList, checkPartNumber } from '../part-rules.js';
import { attachmentDisposition } from '../signing/content-disposition.js';
import type { S3StoreConfig } from '../store-config.js';
import { BodyMemory } from './body-memory.js';
import { createS3Client } from './s3-client.js';
import { s3Error } from './s3-errors.js';
import { S3Objects, wire } from './s3-objects.js';
import { type PartAddress, S3Uploads } from './s3-uploads.js';

/** AWS refuses addresses signed for longer. */
const MAX_SIGNED_SECONDS = 7 * 24 * 3600;

/** A store behind the S3 API: AWS, Ceph RGW, MinIO, R2 and others. */
export class S3ObjectStore implements ObjectStore {
  readonly driver = 's3';
  readonly id: string;
  readonly abilities: StoreAbilities;
  private readonly client: S3Client;
  private readonly signer: S3Client;
  private readonly objects: S3Objects;
  private readonly uploads: S3Uploads;
  private readonly bodies = new BodyMemory();

  constructor(private readonly config: S3StoreConfig) {
    this.id = config.id;
    this.abilities = config.abilities;
    this.client = createS3Client(config);
    this.signer = config.publicEndpoint === undefined ? this.client : createS3Client(config, config.publicEndpoint);
    this.objects = new S3Objects(this.client, config.answerTimeoutMs);
    this.uploads = new S3Uploads(this.client, config.answerTimeoutMs);
  }

  async head(at: ObjectLocation, options?: CallOptions): Promise<ObjectInfo | undefined> {
    return this.objects.head(at, checkLocation(this.id, at), options);
  }

  async get(at: ObjectLocation, options?: GetOptions): Promise<Readable> {
    return (await this.objects.get(at, checkLocation(this.id, at), options)).body;
  }

  async getBytes(
    at: ObjectLocation,
    options: CallOptions & { limitBytes: number; range?: ByteRange },
  ): Promise<Uint8Array> {
    return this.objects.getBytes(at, checkLocation(this.id, at), options);
  }

  async put(at: ObjectLocation, body: Uint8Array, options?: WriteOptions): Promise<{ etag: string }> {
    const place = checkLocation(this.id, at);
    return this.objects.put(at, place, body, await this.withCondition(at, options));
  }

  async delete(at: ObjectLocation, options?: CallOptions): Promise<void> {
    return this.objects.delete(at, checkLocation(this.id, at), options);
  }

  async deleteMany(bucket: string, keys: readonly string[], options?: CallOptions): Promise<void> {
    for (const key of keys) checkLocation(this.id, { bucket, key });
    return this.objects.deleteMany(bucket, keys, { storeId: this.id, bucket }, options);
  }

  async *list(
    bucket: string,
    prefix: string,
    options?: CallOptions & { startAfter?: string },
  ): AsyncGenerator<ObjectInfo> {
    checkBucket(this.id, bucket);
    yield* this.objects.list(bucket, prefix, { storeId: this.id, bucket }, options);
  }

  async createUpload(at: ObjectLocation, options?: CallOptions & { contentType?: string }): Promise<string> {
    return this.uploads.create(at, checkLocation(this.id, at), options);
  }

  async uploadPart(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    body: PartBody,
    options?: PartOptions,
  ): Promise<UploadedPart> {
    const part = this.partAddress(at, uploadId, partNumber);
    if ('stream' in body) return this.uploads.writeStream(part, body, options);
    if (body instanceof Uint8Array) {
      const written = await this.uploads.writeBytes(part, body, options);
      options?.onRead?.();
      return written;
    }
    // the SDK may send it again, so that it has to lie there whole
    const joined = this.bodies.join(body);
    options?.onRead?.();
    const written = await this.uploads.writeBytes(part, joined, options);
    this.bodies.giveBack(joined);
    return written;
  }

  async uploadPartCopy(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    from: ObjectLocation,
    options?: CallOptions & { range?: ByteRange; sourceBytes?: number },
  ): Promise<UploadedPart> {
    const part = this.partAddress(at, uploadId, partNumber);
    const source = checkLocation(this.id, from);
    if (options?.range !== undefined || options?.sourceBytes !== undefined) {
      return this.uploads.copy(part, from, { sourceBytes: 0, ...options });
    }
    const info = await this.objects.head(from, source, options);
    if (info === undefined)
      throw new ObjectStoreError('not-found', `${from.bucket}/${from.key} does not exist`, source);
    return this.uploads.copy(part, from, { ...options, sourceBytes: info.sizeBytes });
  }

  async completeUpload(
    at: ObjectLocation,
    uploadId: string,
    parts: CompletedPart[],
    options?: CallOptions & { ifAbsent?: boolean },
  ): Promise<{ etag: string }> {
    const place = { ...checkLocation(this.id, at), uploadId };
    checkPartList(parts, place);
    return this.uploads.complete(at, uploadId, parts, place, await this.withCondition(at, options));
  }

  async abortUpload(at: ObjectLocation, uploadId: string, options?: CallOptions): Promise<void> {
    return this.uploads.abort(at, uploadId, { ...checkLocation(this.id, at), uploadId }, options);
  }

  async listUploads(bucket: string, prefix: string, options?: CallOptions): Promise<OpenUpload[]> {
    checkBucket(this.id, bucket);
    return this.uploads.listOpen(bucket, prefix, { storeId: this.id, bucket }, options);
  }

  async signedUrl(at: ObjectLocation, options: { expiresInMs: number; downloadName?: string }): Promise<string> {
    checkLocation(this.id, at);
    const { downloadName } = options;
    const saved = downloadName === undefined ? {} : { ResponseContentDisposition: attachmentDisposition(downloadName) };
    const expiresIn = Math.min(MAX_SIGNED_SECONDS, Math.max(1, Math.ceil(options.expiresInMs / 1000)));
    return getSignedUrl(this.signer, new GetObjectCommand({ ...wire(at), ...saved }), { expiresIn });
  }

  async ensureBucket(bucket: string): Promise<void> {
    checkBucket(this.id, bucket);
    const place = { storeId: this.id, bucket };
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: bucket }));
      return;
    } catch (error) {
      const failure = s3Error(error, place);
      if (failure.code !== 'not-found' && failure.code !== 'no-such-bucket') throw failure;
    }
    // Only AWS has regions to choose from, and refuses to be told its first one.
    const elsewhere = this.config.endpoint === undefined && this.config.region !== 'us-east-1';
    const where = elsewhere
      ? { CreateBucketConfiguration: { LocationConstraint: this.config.region as 'eu-west-1' } }
      : {};
    try {
      await this.client.send(new CreateBucketCommand({ Bucket: bucket, ...where }));
    } catch (error) {
      if ((error as Error).name !== 'BucketAlreadyOwnedByYou') throw s3Error(error, place);
    }
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.signer.destroy();
  }

  /** The same store, taken to have other abilities; for finding out which it has. */
  withAbilities(abilities: StoreAbilities): S3ObjectStore {
    return new S3ObjectStore({ ...this.config, abilities });
  }

  private partAddress(at: ObjectLocation, uploadId: string, partNumber: number): PartAddress {
    const place = { ...checkLocation(this.id, at), uploadId, partNumber };
    checkPartNumber(partNumber, place);
    return { at, uploadId, partNumber, place };
  }

  /** A store that cannot create conditionally is asked before the write: right unless two write at once. */
  private async withCondition<T extends CallOptions & { ifAbsent?: boolean }>(
    at: ObjectLocation,
    options: T | undefined,
  ): Promise<T | undefined> {
    if (options?.ifAbsent !== true || this.abilities.conditionalCreate) return options;
    if ((await this.head(at, options)) !== undefined) {
      const place = { storeId: this.id, ...at };
      throw new ObjectStoreError('precondition-failed', `${at.bucket}/${at.key} exists already`, place);
    }
    return { ...options, ifAbsent: false };
  }
}
