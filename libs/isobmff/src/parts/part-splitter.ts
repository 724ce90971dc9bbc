/** S3: every part but the last has at least 5 MiB. */
export const MIN_PART_BYTES = 5 * 1024 * 1024;

export interface PartSplitterOptions {
  readonly targetPartBytes: number;
  /** The payload's first bytes that are kept for part 1, behind the header. Only range 0 has some. */
  readonly reserveBytes?: number;
  /** The last range may end with a small part; others are filled up with zeros. */
  readonly isLast: boolean;
  readonly minPartBytes?: number;
}

/** Bytes of one part, in pieces as they came: joining them is the caller's choice. */
export interface SplitPart {
  /** 0-based. */
  readonly index: number;
  readonly sizeBytes: number;
  readonly chunks: readonly Uint8Array[];
}

export interface SplitEnd {
  readonly parts: readonly SplitPart[];
  /** The first `reserveBytes`, or all there was. */
  readonly reserved: readonly Uint8Array[];
  readonly reservedBytes: number;
  /** Zeros written after the payload: they lie inside the mdat, and count in the range's report. */
  readonly paddingBytes: number;
}

/**
 * Cuts a stream into parts of `targetPartBytes`. The least part is held back, so that a small remainder can go into the
 * part before it: only a range that is small as a whole is ever filled up.
 */
export class PartSplitter {
  private readonly minPartBytes: number;
  private readonly targetPartBytes: number;
  private readonly reserveBytes: number;
  private readonly reserved: Uint8Array[] = [];
  private reservedCount = 0;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private partCount = 0;

  constructor(private readonly options: PartSplitterOptions) {
    this.minPartBytes = options.minPartBytes ?? MIN_PART_BYTES;
    this.targetPartBytes = Math.max(options.targetPartBytes, this.minPartBytes);
    this.reserveBytes = options.reserveBytes ?? 0;
  }

  /** The parts that are complete now. */
  push(bytes: Uint8Array): SplitPart[] {
    const body = this.takeReserve(bytes);
    if (body.length > 0) {
      this.held.push(body);
      this.heldBytes += body.length;
    }
    const parts: SplitPart[] = [];
    while (this.heldBytes >= this.targetPartBytes + this.minPartBytes) parts.push(this.cut(this.targetPartBytes));
    return parts;
  }

  /** What is left, once. */
  finish(): SplitEnd {
    const short = this.heldBytes > 0 && this.heldBytes < this.minPartBytes && !this.options.isLast;
    const paddingBytes = short ? this.minPartBytes - this.heldBytes : 0;
    if (paddingBytes > 0) this.held.push(new Uint8Array(paddingBytes));
    this.heldBytes += paddingBytes;
    const parts = this.heldBytes > 0 ? [this.cut(this.heldBytes)] : [];
    return { parts, reserved: this.reserved, reservedBytes: this.reservedCount, paddingBytes };
  }

  private takeReserve(bytes: Uint8Array): Uint8Array {
    const wanted = Math.min(bytes.length, this.reserveBytes - this.reservedCount);
    if (wanted <= 0) return bytes;
    this.reserved.push(bytes.subarray(0, wanted));
    this.reservedCount += wanted;
    return bytes.subarray(wanted);
  }

  private cut(sizeBytes: number): SplitPart {
    const chunks: Uint8Array[] = [];
    let missing = sizeBytes;
    let used = 0;
    while (missing > 0) {
      const chunk = this.held[used];
      if (chunk.length > missing) {
        chunks.push(chunk.subarray(0, missing));
        this.held[used] = chunk.subarray(missing);
        missing = 0;
      } else {
        chunks.push(chunk);
        missing -= chunk.length;
        used++;
      }
    }
    this.held = this.held.slice(used);
    this.heldBytes -= sizeBytes;
    return { index: this.partCount++, sizeBytes, chunks };
  }
}
