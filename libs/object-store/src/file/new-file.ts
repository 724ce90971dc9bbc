import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { giveBack, hasNoDirectWay, takeAligned, TRANSFER_BYTES } from './direct-transfers.js';

export interface NewFileOptions {
  /** `finish` waits until the bytes are on the disk. */
  sync: boolean;
  /** Is told all bytes in order, in pieces of a transfer: just copied, they are still in the processor's cache. */
  onBytes?: (bytes: Uint8Array) => void;
}

/**
 * A file that is written from its beginning to its end. One that is waited for goes to the disk around the page cache
 * (O_DIRECT), but for files smaller than a transfer: the wait is the same, and finding, filling and cleaning a page for
 * every 4 KiB costs several times the processor time of the bytes' own way.
 */
export class NewFile {
  private readonly buffer: Uint8Array;
  private filledBytes = 0;
  private direct: FileHandle | undefined;
  private isDirect: boolean;
  private isClosed = false;

  private constructor(
    private readonly path: string,
    private readonly plain: FileHandle,
    private readonly options: NewFileOptions,
    private readonly aligned: Uint8Array | undefined,
    /** Where in the file the buffer goes. */
    private position = 0,
  ) {
    this.isDirect = options.sync && aligned !== undefined;
    this.buffer = aligned ?? new Uint8Array(TRANSFER_BYTES);
  }

  /** Fails where there is a file of that name. */
  static async create(path: string, options: NewFileOptions): Promise<NewFile> {
    const plain = await open(path, 'wx');
    return new NewFile(path, plain, options, takeAligned());
  }

  /** Goes on in a file that is there, from a multiple of {@link TRANSFER_BYTES} on: several such writers fill it at once. */
  static async within(path: string, startByte: number, options: NewFileOptions): Promise<NewFile> {
    const plain = await open(path, 'r+');
    return new NewFile(path, plain, options, takeAligned(), startByte);
  }

  /** The chunk is the caller's again once this has resolved. */
  async append(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength;) {
      const piece = chunk.subarray(at, at + TRANSFER_BYTES - this.filledBytes);
      this.buffer.set(piece, this.filledBytes);
      this.filledBytes += piece.byteLength;
      at += piece.byteLength;
      if (this.filledBytes === TRANSFER_BYTES) await this.flush();
    }
  }

  /** What is left is written, and waited for. The file is still to be closed. */
  async finish(): Promise<void> {
    await this.flush();
    if (this.options.sync) await this.plain.datasync();
  }

  /** Whether or not it was finished; a second call does nothing. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      await this.direct?.close();
      await this.plain.close(); // waits for a write under way, which reads the buffer
    } finally {
      if (this.aligned) giveBack(this.aligned);
    }
  }

  private async flush(): Promise<void> {
    const sizeBytes = this.filledBytes;
    this.filledBytes = 0;
    this.options.onBytes?.(this.buffer.subarray(0, sizeBytes));
    let at = 0;
    // The last bytes of a file are seldom whole blocks: they go the plain way, behind what went around the cache.
    if (this.isDirect && sizeBytes === TRANSFER_BYTES) {
      at = await this.writeDirect();
      this.position += at;
      if (at < sizeBytes) this.isDirect = false;
    }
    while (at < sizeBytes) {
      const { bytesWritten } = await this.plain.write(this.buffer, at, sizeBytes - at, this.position);
      at += bytesWritten;
      this.position += bytesWritten;
    }
  }

  /** How many bytes were: none where the file system has no direct way, fewer than all where the disk is about to be full. */
  private async writeDirect(): Promise<number> {
    try {
      this.direct ??= await open(this.path, constants.O_WRONLY | constants.O_DIRECT);
      return (await this.direct.write(this.buffer, 0, TRANSFER_BYTES, this.position)).bytesWritten;
    } catch (error) {
      if (!hasNoDirectWay(error)) throw error;
      return 0;
    }
  }
}
