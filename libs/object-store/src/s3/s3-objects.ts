import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { checkRange, rangeHeader } from '../byte-range.js';
import type { ByteRange, CallOptions, ObjectInfo, ObjectLocation, WriteOptions } from '../object-store.js';
import type { StorePlace } from '../object-store-error.js';
import { readAtMost, tooLarge, translated } from '../streams.js';
import { s3Error } from './s3-errors.js';

export const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');
export const wire = ({ bucket, key }: ObjectLocation): { Bucket: string; Key: string } => ({
  Bucket: bucket,
  Key: key,
});
export const abortable = (options?: CallOptions): { abortSignal?: AbortSignal } =>
  options?.signal === undefined ? {} : { abortSignal: options.signal };

/** S3 API reference, DeleteObjects. */
const MAX_DELETED_AT_ONCE = 1_000;

/** For one attempt: a call that moves no bytes is answered soon, or by nobody. */
export const answered = (
  withinMs: number,
  options?: CallOptions,
): { requestTimeout: number; abortSignal?: AbortSignal } => ({
  requestTimeout: withinMs,
  ...abortable(options),
});

/** The calls on whole objects, once their arguments are checked. */
export class S3Objects {
  constructor(
    private readonly client: S3Client,
    private readonly answerTimeoutMs: number,
  ) {}

  async head(at: ObjectLocation, place: StorePlace, options?: CallOptions): Promise<ObjectInfo | undefined> {
    try {
      const answer = await this.client.send(new HeadObjectCommand(wire(at)), answered(this.answerTimeoutMs, options));
      return {
        key: at.key,
        sizeBytes: answer.ContentLength ?? 0,
        etag: unquoted(answer.ETag),
        lastModifiedMs: answer.LastModified?.getTime() ?? 0,
        ...(answer.ContentType === undefined ? {} : { contentType: answer.ContentType }),
      };
    } catch (error) {
      const failure = s3Error(error, place);
      if (failure.code === 'not-found') return undefined;
      throw failure;
    }
  }

  async get(
    at: ObjectLocation,
    place: StorePlace,
    options: CallOptions & { range?: ByteRange } = {},
  ): Promise<{ body: Readable; sizeBytes: number }> {
    checkRange(options.range, place);
    const range = options.range === undefined ? {} : { Range: rangeHeader(options.range) };
    const translate = (error: unknown): Error =>
      s3Error(options.signal?.aborted === true ? { name: 'AbortError', message: 'aborted' } : error, place);
    try {
      const answer = await this.client.send(new GetObjectCommand({ ...wire(at), ...range }), abortable(options));
      const body = translated(answer.Body as Readable, translate, options.signal);
      return { body, sizeBytes: answer.ContentLength ?? 0 };
    } catch (error) {
      throw translate(error);
    }
  }

  async getBytes(
    at: ObjectLocation,
    place: StorePlace,
    options: CallOptions & { limitBytes: number; range?: ByteRange },
  ): Promise<Uint8Array> {
    const { body, sizeBytes } = await this.get(at, place, options);
    if (sizeBytes > options.limitBytes) {
      body.destroy();
      throw tooLarge(options.limitBytes, place);
    }
    return readAtMost(body, options.limitBytes, place);
  }

  async put(
    at: ObjectLocation,
    place: StorePlace,
    body: Uint8Array,
    options?: WriteOptions,
  ): Promise<{ etag: string }> {
    const command = new PutObjectCommand({
      ...wire(at),
      Body: body,
      ...(options?.contentType === undefined ? {} : { ContentType: options.contentType }),
      ...(options?.ifAbsent === true ? { IfNoneMatch: '*' } : {}),
    });
    try {
      return { etag: unquoted((await this.client.send(command, abortable(options))).ETag) };
    } catch (error) {
      throw s3Error(error, place);
    }
  }

  async delete(at: ObjectLocation, place: StorePlace, options?: CallOptions): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand(wire(at)), answered(this.answerTimeoutMs, options));
    } catch (error) {
      const failure = s3Error(error, place);
      if (failure.code !== 'not-found') throw failure;
    }
  }

  async deleteMany(bucket: string, keys: readonly string[], place: StorePlace, options?: CallOptions): Promise<void> {
    for (let from = 0; from < keys.length; from += MAX_DELETED_AT_ONCE) {
      const left = await this.deleteTogether(bucket, keys.slice(from, from + MAX_DELETED_AT_ONCE), place, options);
      // what is told of a key alone is what is thrown
      for (const key of left) await this.delete({ bucket, key }, { ...place, key }, options);
    }
  }

  /** Those that are left. */
  private async deleteTogether(
    bucket: string,
    keys: readonly string[],
    place: StorePlace,
    options?: CallOptions,
  ): Promise<readonly string[]> {
    if (keys.length === 1) return keys;
    const Delete = { Quiet: true, Objects: keys.map((Key) => ({ Key })) };
    try {
      const command = new DeleteObjectsCommand({ Bucket: bucket, Delete });
      const { Errors = [] } = await this.client.send(command, answered(this.answerTimeoutMs, options));
      return Errors.flatMap(({ Key }) => Key ?? []);
    } catch (error) {
      const failure = s3Error(error, place);
      // a server without the call, or that wants another checksum of it
      if (failure.code === 'refused' || (error as Error).name === 'NotImplemented') return keys;
      throw failure;
    }
  }

  async *list(
    bucket: string,
    prefix: string,
    place: StorePlace,
    options?: CallOptions & { startAfter?: string },
  ): AsyncGenerator<ObjectInfo> {
    const request = {
      Bucket: bucket,
      Prefix: prefix,
      ...(options?.startAfter === undefined ? {} : { StartAfter: options.startAfter }),
    };
    const limits = answered(this.answerTimeoutMs, options);
    try {
      for await (const page of paginateListObjectsV2({ client: this.client }, request, limits)) {
        for (const entry of page.Contents ?? []) {
          yield {
            key: entry.Key ?? '',
            sizeBytes: entry.Size ?? 0,
            etag: unquoted(entry.ETag),
            lastModifiedMs: entry.LastModified?.getTime() ?? 0,
          };
        }
      }
    } catch (error) {
      throw s3Error(error, place);
    }
  }
}
