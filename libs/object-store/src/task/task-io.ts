import { Readable } from 'node:stream';
import type { TaskRequested } from '@clipfleet/contracts';
import { crashPoint } from '@clipfleet/platform';
import { copySourceOf, type Piece, sourceOfPiece, type TsPart } from '@clipfleet/timeline';
import type { ObjectStores } from '../create-stores.js';
import { destinationFailure, sourceFailure } from '../failures.js';
import type { ObjectLocation, ObjectStore, UploadedPart } from '../object-store.js';
import { ObjectStoreError } from '../object-store-error.js';
import { PartWriter } from '../parts/part-writer.js';
import { PieceReader } from '../pieces/piece-reader.js';
import { ReadPool } from '../pieces/read-pool.js';
import { transportStream } from '../pieces/transport-stream.js';

export interface TaskIoOptions {
  signal: AbortSignal;
  /** Work done so far, in the task's `workBytes`. */
  onProgress: (doneBytes: number) => void;
  /** Parts in flight. */
  uploadConcurrency?: number;
  /** Memory for what {@link TaskIo.readInPlace} reads, of all tasks of this worker. */
  readPool?: ReadPool;
}

/**
 * A worker's hands: reads the pieces of a task, writes its parts, counts the bytes of both. What goes wrong on either side comes
 * out as the ClipfleetError a client is told.
 */
export class TaskIo {
  readonly signal: AbortSignal;
  readonly destination: ObjectStore;
  readonly at: ObjectLocation;
  readonly uploadId: string;
  private readonly readers = new Map<string, PieceReader>();
  private readonly writer: PartWriter;
  private readPool: ReadPool | undefined;
  private doneBytes = 0;
  private copiedBytes = 0;

  constructor(
    private readonly stores: ObjectStores,
    private readonly message: TaskRequested,
    private readonly options: TaskIoOptions,
  ) {
    const { upload } = message;
    this.signal = options.signal;
    this.destination = stores.get(upload.destination.storeId);
    this.at = { bucket: upload.destination.bucket, key: upload.destination.key };
    this.uploadId = upload.uploadId;
    this.writer = new PartWriter({
      store: this.destination,
      at: this.at,
      uploadId: this.uploadId,
      signal: options.signal,
      concurrency: options.uploadConcurrency,
    });
  }

  /** The bytes of a piece, decrypted. Throws `undecodable` before the first of them when they are no transport stream. */
  async *read(piece: Piece): AsyncGenerator<Uint8Array> {
    try {
      yield* transportStream(this.readerOf(piece).read(piece), piece.key);
    } catch (error) {
      throw this.told(error, sourceFailure);
    }
  }

  /** As {@link read}, for who is done with a chunk when it asks for the next: the memory of chunks is used again. */
  async *readInPlace(piece: Piece): AsyncGenerator<Uint8Array> {
    const pool = (this.readPool ??= this.options.readPool ?? new ReadPool());
    try {
      for await (const chunk of transportStream(this.readerOf(piece).read(piece, pool), piece.key)) {
        yield chunk;
        pool.giveBack(chunk);
      }
    } catch (error) {
      throw this.told(error, sourceFailure);
    }
  }

  /** Bytes `[startByte, endByte)` of a piece's object, as they are stored. */
  async readRange(piece: Piece, range: readonly [number, number]): Promise<Uint8Array> {
    const { storeId, bucket } = sourceOfPiece(this.message.task, piece);
    const options = { range, limitBytes: range[1] - range[0], signal: this.signal };
    try {
      const bytes = await this.stores.get(storeId).getBytes({ bucket, key: piece.key }, options);
      this.advance(bytes.length);
      return bytes;
    } catch (error) {
      throw this.told(error, sourceFailure);
    }
  }

  /** Uploads a part beside others; resolves when there is room for the next. `onRead`: nobody reads the body any more. */
  async write(partNumber: number, body: Uint8Array | readonly Uint8Array[], onRead?: () => void): Promise<void> {
    await this.writer.write(partNumber, body, onRead).catch((error: unknown) => {
      throw this.told(error, destinationFailure);
    });
  }

  /**
   * Reads pieces and writes them as one part, as the bytes come: no more than a few buffers are held. Encrypted pieces are held
   * whole, since their size is known only when they are decrypted.
   */
  async writeStream({ partNumber, pieces }: TsPart): Promise<void> {
    if (pieces.some((piece) => piece.cipher)) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of this.readAll(pieces)) chunks.push(chunk);
      await this.write(partNumber, chunks);
      return;
    }
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
    const upload = (): Promise<UploadedPart> => {
      const stream = Readable.from(this.readAll(pieces), { objectMode: false });
      return this.destination.uploadPart(
        this.at,
        this.uploadId,
        partNumber,
        { stream, sizeBytes },
        { signal: this.signal },
      );
    };
    await this.take(upload);
  }

  /** Copies pieces that lie together in one object, inside the store, as one part. */
  async copy(part: TsPart): Promise<void> {
    const { key, byteRange: range } = copySourceOf(part);
    const from = { bucket: sourceOfPiece(this.message.task, part.pieces[0]).bucket, key };
    const { partNumber } = part;
    const options = { signal: this.signal, ...(range && { range }) };
    const copyPart = async (): Promise<UploadedPart> => {
      const part = await this.destination.uploadPartCopy(this.at, this.uploadId, partNumber, from, options);
      this.copiedBytes += part.sizeBytes;
      this.advance(part.sizeBytes);
      return part;
    };
    await this.take(copyPart);
  }

  /**
   * Writes a temporary object into the output's bucket; the gateway takes it up, and deletes it when the upload has ended. Who
   * comes later than that, or is aborted while the store may have taken the object already, takes it back.
   */
  async putBeside(key: string, body: Uint8Array): Promise<void> {
    const at = { bucket: this.at.bucket, key };
    const put = async (): Promise<void> => {
      try {
        await this.destination.put(at, body, { signal: this.signal });
        crashPoint('task.head-put');
      } finally {
        await this.takeBackWhenLate(at);
      }
    };
    await put().catch((error: unknown) => {
      throw this.told(error, destinationFailure);
    });
  }

  /** Waits for the parts in flight; what the ledger is told of them. */
  async finish(): Promise<{ parts: UploadedPart[]; storeCopyBytes: number; workerBytes: number }> {
    const parts = await this.writer.finish().catch((error: unknown) => {
      throw this.told(error, destinationFailure);
    });
    const writtenBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    return { parts, storeCopyBytes: this.copiedBytes, workerBytes: writtenBytes - this.copiedBytes };
  }

  /** The clips of an edit may lie in several buckets. */
  private readerOf(piece: Piece): PieceReader {
    const { storeId, bucket } = sourceOfPiece(this.message.task, piece);
    const name = `${storeId}/${bucket}`;
    const known = this.readers.get(name);
    if (known) return known;
    const { signal } = this.options;
    const onBytes = (count: number): void => this.advance(count);
    const reader = new PieceReader(this.stores.get(storeId), bucket, { signal, onBytes });
    this.readers.set(name, reader);
    return reader;
  }

  private async *readAll(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield* this.read(piece);
  }

  /** Not stopped by the signal: nobody else would do it. Throws `no-such-upload` when it was late. */
  private async takeBackWhenLate(at: ObjectLocation): Promise<void> {
    const { destination, uploadId } = this;
    const open = await destination.listUploads(this.at.bucket, this.at.key);
    if (open.some((upload) => upload.key === this.at.key && upload.uploadId === uploadId)) return;
    await destination.delete(at);
    const place = { storeId: destination.id, ...this.at, uploadId };
    throw new ObjectStoreError('no-such-upload', `upload ${uploadId} is not open`, place);
  }

  private async take(makePart: () => Promise<UploadedPart>): Promise<void> {
    await this.writer.take(makePart).catch((error: unknown) => {
      throw this.told(error, destinationFailure);
    });
  }

  private advance(bytes: number): void {
    crashPoint('task.reading');
    this.doneBytes += bytes;
    this.options.onProgress(Math.min(this.doneBytes, this.message.task.workBytes));
  }

  /** An abort stays what it is: the runtime knows why. */
  private told(error: unknown, tell: (error: unknown) => Error): unknown {
    return this.signal.aborted ? this.signal.reason : tell(error);
  }
}
