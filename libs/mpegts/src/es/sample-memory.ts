import { BLOCK_BYTES, SamplePool } from './sample-pool.js';

/**
 * Memory for the bytes of samples, cut from blocks: an allocation for each sample would cost more than copying it. A block
 * lives as long as one of its samples. Samples of one track lie one behind the other while a block lasts.
 */
export class SampleMemory {
  private block: ArrayBuffer | undefined;
  private used = 0;

  constructor(private readonly pool: SamplePool = new SamplePool()) {}

  /** Bytes that are the caller's, with anything in them. */
  take(sizeBytes: number): Uint8Array {
    if (!this.block || this.used + sizeBytes > BLOCK_BYTES) {
      // a sample that would fill most of a block gets memory of its own
      if (sizeBytes > BLOCK_BYTES / 2) return plain(Buffer.allocUnsafeSlow(sizeBytes));
      this.close();
      this.block = this.pool.take();
    }
    const bytes = new Uint8Array(this.block, this.used, sizeBytes);
    this.used += sizeBytes;
    return bytes;
  }

  /** A copy that is the caller's. */
  copy(bytes: Uint8Array): Uint8Array {
    const copied = this.take(bytes.length);
    copied.set(bytes);
    return copied;
  }

  /** The rest of the block is not needed. */
  close(): void {
    if (this.block) this.pool.close(this.block, this.used);
    this.block = undefined;
    this.used = 0;
  }
}

const plain = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
