import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { checkRange, rangeHeader } from '../byte-range.js';
import type {
  ByteRange,
  CallOptions,
  CompletedPart,
  ObjectLocation,
  OpenUpload,
  UploadedPart,
} from '../object-store.js';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { exactly } from '../streams.js';
import { COPY_ERRORS, s3Error, UPLOAD_ERRORS } from './s3-errors.js';
import { abortable, answered, unquoted, wire } from './s3-objects.js';

const MAX_ABORT_TRIES = 5;
const CONFLICT_WAIT_MS = 50;
const isConflict = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 409;

/** One part of one upload, its arguments checked. */
export interface PartAddress {
  at: ObjectLocation;
  uploadId: string;
  partNumber: number;
  place: StorePlace;
}

const wirePart = ({
  at,
  uploadId,
  partNumber,
}: PartAddress): { Bucket: string; Key: string; UploadId: string; PartNumber: number } => ({
  ...wire(at),
  UploadId: uploadId,
  PartNumber: partNumber,
});

/** The calls on multipart uploads, once their arguments are checked. */
export class S3Uploads {
  constructor(
    private readonly client: S3Client,
    private readonly answerTimeoutMs: number,
  ) {}

  async create(
    at: ObjectLocation,
    place: StorePlace,
    options?: CallOptions & { contentType?: string },
  ): Promise<string> {
    const contentType = options?.contentType === undefined ? {} : { ContentType: options.contentType };
    try {
      const command = new CreateMultipartUploadCommand({ ...wire(at), ...contentType });
      return (await this.client.send(command, answered(this.answerTimeoutMs, options))).UploadId ?? '';
    } catch (error) {
      throw s3Error(error, place);
    }
  }

  async writeBytes(part: PartAddress, body: Uint8Array, options?: CallOptions): Promise<UploadedPart> {
    try {
      const answer = await this.client.send(
        new UploadPartCommand({ ...wirePart(part), Body: body }),
        abortable(options),
      );
      return { partNumber: part.partNumber, etag: unquoted(answer.ETag), sizeBytes: body.byteLength };
    } catch (error) {
      throw s3Error(error, part.place, UPLOAD_ERRORS);
    }
  }

  /** The SDK does not notice that a body fails while it is sent: the request is aborted then, and that failure thrown. */
  async writeStream(
    part: PartAddress,
    body: { stream: Readable; sizeBytes: number },
    options?: CallOptions,
  ): Promise<UploadedPart> {
    const request = new AbortController();
    const signal = options?.signal === undefined ? request.signal : AbortSignal.any([request.signal, options.signal]);
    const failures: unknown[] = [];
    const guarded = Readable.from(exactly(body.stream, body.sizeBytes, part.place), { objectMode: false });
    guarded.once('error', (error) => {
      failures.push(error);
      request.abort();
    });
    const command = new UploadPartCommand({ ...wirePart(part), Body: guarded, ContentLength: body.sizeBytes });
    try {
      const answer = await this.client.send(command, { abortSignal: signal });
      return { partNumber: part.partNumber, etag: unquoted(answer.ETag), sizeBytes: body.sizeBytes };
    } catch (error) {
      if (failures.length > 0) throw failures[0];
      throw s3Error(error, part.place, UPLOAD_ERRORS);
    } finally {
      guarded.destroy();
      body.stream.destroy();
    }
  }

  async copy(
    part: PartAddress,
    from: ObjectLocation,
    options: CallOptions & { range?: ByteRange; sourceBytes: number },
  ): Promise<UploadedPart> {
    checkRange(options.range, part.place);
    const source = [from.bucket, ...from.key.split('/')].map(encodeURIComponent).join('/');
    const range = options.range === undefined ? {} : { CopySourceRange: rangeHeader(options.range) };
    try {
      const command = new UploadPartCopyCommand({ ...wirePart(part), CopySource: source, ...range });
      const answer = await this.client.send(command, abortable(options));
      const sizeBytes = options.range === undefined ? options.sourceBytes : options.range[1] - options.range[0];
      return { partNumber: part.partNumber, etag: unquoted(answer.CopyPartResult?.ETag), sizeBytes };
    } catch (error) {
      throw s3Error(error, part.place, COPY_ERRORS);
    }
  }

  async complete(
    at: ObjectLocation,
    uploadId: string,
    parts: readonly CompletedPart[],
    place: StorePlace,
    options?: CallOptions & { ifAbsent?: boolean },
  ): Promise<{ etag: string }> {
    const command = new CompleteMultipartUploadCommand({
      ...wire(at),
      UploadId: uploadId,
      MultipartUpload: { Parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: `"${etag}"` })) },
      ...(options?.ifAbsent === true ? { IfNoneMatch: '*' } : {}),
    });
    try {
      return { etag: unquoted((await this.client.send(command, abortable(options))).ETag) };
    } catch (error) {
      const failure = s3Error(error, place, UPLOAD_ERRORS);
      // After an abort Ceph RGW answers 500; and a completion whose answer was lost has happened.
      if (failure.code === 'unavailable' && (await this.isGone(at, uploadId))) {
        throw new ObjectStoreError('no-such-upload', `upload ${uploadId} is not open`, place, { cause: error });
      }
      throw failure;
    }
  }

  async abort(at: ObjectLocation, uploadId: string, place: StorePlace, options?: CallOptions): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.client.send(
          new AbortMultipartUploadCommand({ ...wire(at), UploadId: uploadId }),
          abortable(options),
        );
        return;
      } catch (error) {
        const failure = s3Error(error, place, UPLOAD_ERRORS);
        if (failure.code === 'no-such-upload' || failure.code === 'not-found') return;
        // Ceph RGW says 409 while another abort or a completion of the upload goes on.
        if (!isConflict(error) || tries === MAX_ABORT_TRIES) throw failure;
        await setTimeout(CONFLICT_WAIT_MS * tries);
      }
    }
  }

  async listOpen(bucket: string, prefix: string, place: StorePlace, options?: CallOptions): Promise<OpenUpload[]> {
    const open: OpenUpload[] = [];
    let page: ListMultipartUploadsCommandOutput | undefined;
    try {
      do {
        const after = { KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker };
        const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...after });
        page = await this.client.send(command, answered(this.answerTimeoutMs, options));
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          open.push({ bucket, key: Key ?? '', uploadId: UploadId ?? '', initiatedMs: Initiated?.getTime() ?? 0 });
        }
      } while (page.IsTruncated === true && page.NextKeyMarker !== undefined);
      return open;
    } catch (error) {
      throw s3Error(error, place);
    }
  }

  private async isGone(at: ObjectLocation, uploadId: string): Promise<boolean> {
    try {
      const command = new ListPartsCommand({ ...wire(at), UploadId: uploadId, MaxParts: 1 });
      await this.client.send(command, answered(this.answerTimeoutMs));
      return false;
    } catch (error) {
      return s3Error(error, { storeId: '' }, UPLOAD_ERRORS).code === 'no-such-upload';
    }
  }
}
