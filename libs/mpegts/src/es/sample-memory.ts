/** Large enough that the collector has few of them to look after, small enough that a sample that is held on to holds little. */
const BLOCK_BYTES = 512 * 1024;

/**
 * Memory for the bytes of samples, cut from blocks: an allocation for each sample would cost more than copying it. A block
 * lives as long as one of its samples. Samples of one track lie one behind the other while a block lasts.
 */
export class SampleMemory {
  private block: ArrayBuffer = new ArrayBuffer(0);
  private used = 0;

  /** Bytes that are the caller's, with anything in them. */
  take(sizeBytes: number): Uint8Array {
    if (this.used + sizeBytes > this.block.byteLength) {
      // a sample that would fill most of a block gets memory of its own
      if (sizeBytes > BLOCK_BYTES / 2) return plain(Buffer.allocUnsafeSlow(sizeBytes));
      this.block = Buffer.allocUnsafeSlow(BLOCK_BYTES).buffer;
      this.used = 0;
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
}

const plain = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
