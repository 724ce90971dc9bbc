import pLimit, { type LimitFunction } from 'p-limit';
import { crashPoint } from '@clipfleet/platform';
import type { ObjectLocation, ObjectStore, UploadedPart } from '../object-store.js';

export interface PartWriterOptions {
  store: ObjectStore;
  at: ObjectLocation;
  uploadId: string;
  signal?: AbortSignal;
  /** Parts in flight: bounds memory together with the part size. */
  concurrency?: number;
}

/** Uploads parts of one multipart upload side by side; keeps what the store acknowledged. */
export class PartWriter {
  private readonly concurrency: number;
  private readonly limit: LimitFunction;
  private readonly running = new Set<Promise<void>>();
  private readonly written: UploadedPart[] = [];
  private failure: { error: unknown } | undefined;

  constructor(private readonly options: PartWriterOptions) {
    this.concurrency = options.concurrency ?? 2;
    this.limit = pLimit(this.concurrency);
  }

  /**
   * Takes a part; resolves when there is room for another, so that the caller never runs ahead of the store. `onRead`:
   * nobody reads the body any more.
   */
  async write(partNumber: number, body: Uint8Array | readonly Uint8Array[], onRead?: () => void): Promise<void> {
    const { store, at, uploadId, signal } = this.options;
    await this.take(() => store.uploadPart(at, uploadId, partNumber, body, { signal, ...(onRead && { onRead }) }));
  }

  /** As {@link write}, for a part that is made by a call of its own (a copy inside the store, a stream). */
  async take(makePart: () => Promise<UploadedPart>): Promise<void> {
    this.throwIfFailed();
    const done: Promise<void> = this.limit(makePart)
      .then((part) => this.keep(part))
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(done));
    this.running.add(done);
    if (this.running.size >= this.concurrency) await Promise.race(this.running);
    this.throwIfFailed();
  }

  /** Waits for every part; gives them in part number order. Throws the first failure. */
  async finish(): Promise<UploadedPart[]> {
    await Promise.all(this.running);
    this.throwIfFailed();
    return this.written.toSorted((a, b) => a.partNumber - b.partNumber);
  }

  private keep(part: UploadedPart): void {
    crashPoint('part.written');
    this.written.push(part);
  }

  private throwIfFailed(): void {
    if (this.failure) throw this.failure.error;
  }
}
