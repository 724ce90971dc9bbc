import type { Readable } from 'node:stream';
import type { ReadPool } from './pieces/read-pool.js';

/** An object in a store: the store is known from where the call is made. */
export interface ObjectLocation {
  bucket: string;
  key: string;
}

/** `[startByte, endByte)` of an object. */
export type ByteRange = readonly [startByte: number, endByte: number];

export interface ObjectInfo {
  key: string;
  sizeBytes: number;
  /** Without quotes, and opaque: it differs between two writes of a key that differ, and says nothing else. */
  etag: string;
  lastModifiedMs: number;
  /** As written; the file driver knows it by the key's extension alone. */
  contentType?: string;
}

export interface CompletedPart {
  /** 1 to 10,000. */
  partNumber: number;
  /** Equal for equal bytes, so that a part written twice by a redelivered task is the same part. */
  etag: string;
}

export interface UploadedPart extends CompletedPart {
  sizeBytes: number;
}

/** What a completion will list: a first part that is yet to be written, and those behind it as far as they are known. */
export interface ExpectedParts {
  firstPartBytes: number;
  /** In ascending order; the list may grow from call to call. */
  others: readonly CompletedPart[];
}

/** The bytes of a part: in one piece, in pieces one behind the other, or as they come. */
export type PartBody = Uint8Array | readonly Uint8Array[] | { stream: Readable; sizeBytes: number };

export interface OpenUpload extends ObjectLocation {
  uploadId: string;
  initiatedMs: number;
}

/** What a store can do beyond the least; probed by `clipfleet store probe`, set in the store's configuration. */
export interface StoreAbilities {
  /** UploadPartCopy within the store. */
  storeCopy: boolean;
  /** `If-None-Match: *` on put and complete. */
  conditionalCreate: boolean;
  /** All parts but the last must have one size (R2). */
  equalParts: boolean;
  /**
   * A completion may leave out parts that were stored. Ceph RGW wants every one listed: there an attempt that follows a
   * failed one must write the same part numbers again (the etags show whose bytes they are).
   */
  subsetCompletion: boolean;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface PartOptions extends CallOptions {
  /**
   * Called once, as soon as nobody reads the bytes of a body any more, whose memory may be used again: when they are stored at the
   * latest, and perhaps before an upload that fails.
   */
  onRead?: () => void;
}

export interface GetOptions extends CallOptions {
  range?: ByteRange;
  /**
   * Who gives it promises to give it back the memory of chunks that have been read. A driver whose chunks are made by others
   * (an HTTP client) has no use for it.
   */
  pool?: ReadPool;
}

export interface WriteOptions extends CallOptions {
  contentType?: string;
  /** true: fails with `precondition-failed` when the key exists already. */
  ifAbsent?: boolean;
}

/**
 * One store: an endpoint and credentials, or a directory. Every method throws {@link ObjectStoreError} with a closed code.
 * Both drivers pass the same conformance suite.
 */
export interface ObjectStore {
  readonly id: string;
  readonly driver: 's3' | 'file';
  readonly abilities: StoreAbilities;

  /** Metadata, or undefined when there is no such object. */
  head(at: ObjectLocation, options?: CallOptions): Promise<ObjectInfo | undefined>;
  /**
   * A stream of the object, or of `range` of it, cut at the object's end. Throws `not-found`, `range-not-satisfiable`.
   * What goes wrong later is the stream's error, an {@link ObjectStoreError} too.
   */
  get(at: ObjectLocation, options?: GetOptions): Promise<Readable>;
  /** The object as bytes; throws `too-large` beyond `limitBytes` without reading on. */
  getBytes(at: ObjectLocation, options: CallOptions & { limitBytes: number; range?: ByteRange }): Promise<Uint8Array>;
  put(at: ObjectLocation, body: Uint8Array, options?: WriteOptions): Promise<{ etag: string }>;
  /** Deleting what is not there succeeds. */
  delete(at: ObjectLocation, options?: CallOptions): Promise<void>;
  /** The same of many, in as few requests as the store takes. */
  deleteMany(bucket: string, keys: readonly string[], options?: CallOptions): Promise<void>;
  /** Every object under a prefix in key order, in pages of up to 1,000 a request. */
  list(bucket: string, prefix: string, options?: CallOptions & { startAfter?: string }): AsyncIterable<ObjectInfo>;

  createUpload(at: ObjectLocation, options?: CallOptions & { contentType?: string }): Promise<string>;
  /**
   * Writes one part; the last write of a part number counts. A stream needs its exact `sizeBytes`, is not retried, and its
   * own error is thrown as it is.
   */
  uploadPart(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    body: PartBody,
    options?: PartOptions,
  ): Promise<UploadedPart>;
  /**
   * Copies an object of the same store, or a range inside one, as a part; the bytes do not pass the caller. AWS takes ranges
   * of objects over 5 MB only. `sourceBytes`: the size of a whole object where it is known; saves asking for it.
   */
  uploadPartCopy(
    at: ObjectLocation,
    uploadId: string,
    partNumber: number,
    from: ObjectLocation,
    options?: CallOptions & { range?: ByteRange; sourceBytes?: number },
  ): Promise<UploadedPart>;
  /**
   * Parts in ascending order, 5 MiB or more each but the last. Throws `no-such-upload` when it was completed or aborted
   * before, `invalid-part` when a part is not the one stored, `part-too-small`, `precondition-failed`.
   */
  completeUpload(
    at: ObjectLocation,
    uploadId: string,
    parts: CompletedPart[],
    options?: CallOptions & { ifAbsent?: boolean },
  ): Promise<{ etag: string }>;
  /**
   * Present where a completion moves the bytes itself: lets it begin before the last part is there. Nobody sees anything of it, and a
   * completion that lists other parts is as right, only slower. Throws as `completeUpload` does.
   */
  prepareCompletion?(at: ObjectLocation, uploadId: string, parts: ExpectedParts, options?: CallOptions): Promise<void>;
  /** Aborting what is not open succeeds. */
  abortUpload(at: ObjectLocation, uploadId: string, options?: CallOptions): Promise<void>;
  /** Open multipart uploads whose key starts with `prefix`. */
  listUploads(bucket: string, prefix: string, options?: CallOptions): Promise<OpenUpload[]>;

  /** An address that gives the object to whoever holds it until it expires; 7 days at most. */
  signedUrl(at: ObjectLocation, options: { expiresInMs: number; downloadName?: string }): Promise<string>;
  /** Creates the bucket if there is none; for local stacks and tests. */
  ensureBucket(bucket: string): Promise<void>;
  close(): Promise<void>;
}
