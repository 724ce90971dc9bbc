/** Larger ones are the collector's: they are parts of large outputs, and their memory would be kept for small ones. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Parts of an output differ by less than they are large: one's memory fits the next. */
const STEP_BYTES = 1024 * 1024;

/**
 * Bodies of bytes that came in pieces, in memory that is used again and again. What is not given back, as after a request that
 * failed and may still be sending, is the collector's, which comes to such memory late.
 */
export class BodyMemory {
  private readonly idle: Buffer[] = [];

  /** The pieces one behind the other; they are not read any more when this returns. */
  join(pieces: readonly Uint8Array[]): Uint8Array {
    const sizeBytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const memory = this.take(sizeBytes);
    let at = 0;
    for (const piece of pieces) {
      memory.set(piece, at);
      at += piece.byteLength;
    }
    return memory.subarray(0, sizeBytes);
  }

  /** A joined body that nobody reads any more. */
  giveBack({ buffer }: Uint8Array): void {
    if (buffer.byteLength <= MAX_KEPT_BYTES) this.idle.push(Buffer.from(buffer));
  }

  /** As many are kept as were ever in use at once: one that is too small makes room for a larger one. */
  private take(sizeBytes: number): Buffer {
    const fitting = this.idle.findIndex(({ byteLength }) => byteLength >= sizeBytes);
    const [known] = this.idle.splice(Math.max(fitting, 0), 1);
    return fitting >= 0 ? known : Buffer.allocUnsafeSlow(Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES);
  }
}
