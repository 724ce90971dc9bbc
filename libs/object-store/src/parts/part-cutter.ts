/** Least size of every part but the last (Amazon S3 multipart upload limits). */
export const MIN_PART_BYTES = 5 * 1024 * 1024;

/**
 * Cuts a stream of bytes into parts of `targetBytes`; what is left under the least part size is folded into the last part.
 * Holds at most `targetBytes + MIN_PART_BYTES`.
 */
export class PartCutter {
  private chunks: Uint8Array[] = [];
  private heldBytes = 0;

  constructor(private readonly targetBytes: number) {
    if (targetBytes < MIN_PART_BYTES) throw new RangeError(`a part needs ${MIN_PART_BYTES} bytes, not ${targetBytes}`);
  }

  /** Parts that are now complete: enough is held behind them that the rest can stand alone. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.chunks.push(chunk);
    this.heldBytes += chunk.length;
    while (this.heldBytes >= this.targetBytes + MIN_PART_BYTES) yield this.cut(this.targetBytes);
  }

  /** The last part; undefined when there is nothing left. */
  finish(): Uint8Array | undefined {
    return this.heldBytes > 0 ? this.cut(this.heldBytes) : undefined;
  }

  private cut(sizeBytes: number): Uint8Array {
    const held = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.heldBytes);
    const rest = held.subarray(sizeBytes);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.heldBytes = rest.length;
    return held.subarray(0, sizeBytes);
  }
}
