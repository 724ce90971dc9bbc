import { join } from 'node:path';
import { checkBucket, checkLocation } from '../location-rules.js';
import type { ObjectLocation } from '../object-store.js';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';

/**
 * Inside each bucket, so that it lies on the bucket's own file system: `tmp/` for what is being written or removed,
 * `uploads/<uploadId>/` for open multipart uploads. Never listed, never an object.
 */
export const HIDDEN_FOLDER = '.clipfleet';
/** What file systems allow a name to have. */
const MAX_SEGMENT_BYTES = 255;

/** Where the objects and the driver's own files of one store lie. */
export class FilePaths {
  constructor(
    readonly storeId: string,
    private readonly rootPath: string,
  ) {}

  bucket(bucket: string): string {
    checkBucket(this.storeId, bucket);
    return join(this.rootPath, bucket);
  }

  tmp(bucket: string): string {
    return join(this.bucket(bucket), HIDDEN_FOLDER, 'tmp');
  }

  uploads(bucket: string): string {
    return join(this.bucket(bucket), HIDDEN_FOLDER, 'uploads');
  }

  /** The path of an object, always below its bucket. Throws `invalid-key` for what a directory cannot hold. */
  object(at: ObjectLocation): { path: string; place: StorePlace } {
    const place = checkLocation(this.storeId, at);
    const segments = at.key.split('/');
    const problem = this.problemOf(segments);
    if (problem !== undefined) {
      throw new ObjectStoreError('invalid-key', `the key ${JSON.stringify(at.key)} is refused: ${problem}`, place);
    }
    return { path: join(this.bucket(at.bucket), ...segments), place };
  }

  private problemOf(segments: readonly string[]): string | undefined {
    if (segments.includes('')) return 'it starts or ends with "/" or has "//", which a file store cannot keep apart';
    if (segments[0].toLowerCase() === HIDDEN_FOLDER) return `"${HIDDEN_FOLDER}" is the store's own folder`;
    const long = segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES);
    return long ? `a name between slashes is longer than ${MAX_SEGMENT_BYTES} bytes` : undefined;
  }
}
