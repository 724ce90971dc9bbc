/** Least size of every part but the last (Amazon S3 multipart upload limits). */
export const MIN_PART_BYTES = 5 * 1024 * 1024;

export interface PartCutterOptions {
  /** false: every part but the last has the target's size, however small the last is (stores that want equal parts). */
  foldRemainder?: boolean;
}

/**
 * Cuts a stream of bytes into parts of `targetBytes`; what is left under the least part size is folded into the last part.
 * Holds at most `targetBytes + MIN_PART_BYTES`.
 */
export class PartCutter {
  private chunks: Uint8Array[] = [];
  private heldBytes = 0;

  /** What must be held behind a part before it is let go. */
  private readonly reserveBytes: number;

  constructor(
    private readonly targetBytes: number,
    options: PartCutterOptions = {},
  ) {
    this.reserveBytes = options.foldRemainder === false ? 1 : MIN_PART_BYTES;
    if (targetBytes < MIN_PART_BYTES) throw new RangeError(`a part needs ${MIN_PART_BYTES} bytes, not ${targetBytes}`);
  }

  /** Parts that are now complete: enough is held behind them that the rest can stand alone. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.chunks.push(chunk);
    this.heldBytes += chunk.length;
    while (this.heldBytes >= this.targetBytes + this.reserveBytes) yield this.cut(this.targetBytes);
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
