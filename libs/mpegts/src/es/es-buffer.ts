import { copyBytes } from '../bytes.js';
import { MpegtsError } from '../mpegts-error.js';

const INITIAL_BYTES = 256 * 1024;
/** No access unit of a real stream comes near: an intra frame of 8K at 1 Gbit/s has 20 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;
const START_CODE = Buffer.from([0, 0, 1]);

/**
 * The not yet delivered bytes of one elementary stream, contiguous. Addressed by *position*: bytes since the stream began,
 * which stays true while what was delivered is discarded. `bytes[position - base]` is the byte at a position.
 */
export class EsBuffer {
  private store = Buffer.allocUnsafe(INITIAL_BYTES);
  private searchable: Buffer | undefined;
  /** Position of `bytes[0]`. */
  base = 0;
  startPosition = 0;
  endPosition = 0;

  get bytes(): Uint8Array {
    return this.store;
  }

  append(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    if (this.endPosition - this.base + size > this.store.length) this.makeRoom(size);
    this.store.set(source.subarray(from, to), this.endPosition - this.base);
    this.endPosition += size;
    this.searchable = undefined;
  }

  discardTo(position: number): void {
    this.startPosition = Math.max(this.startPosition, Math.min(position, this.endPosition));
  }

  /** The position of the next 00 00 01 at or after `from`, or -1. */
  findStartCode(from: number): number {
    this.searchable ??= this.store.subarray(0, this.endPosition - this.base);
    const found = this.searchable.indexOf(START_CODE, from - this.base);
    return found < 0 ? -1 : found + this.base;
  }

  /** The position of the next byte of this value in `[from, end)`, or the end. */
  findByte(value: number, from: number): number {
    this.searchable ??= this.store.subarray(0, this.endPosition - this.base);
    const found = this.searchable.indexOf(value, from - this.base);
    return found < 0 ? this.endPosition : found + this.base;
  }

  /** A view, good until the next append. */
  view(from: number, to: number): Uint8Array {
    return this.store.subarray(from - this.base, to - this.base);
  }

  /** A copy that is the caller's. */
  copy(from: number, to: number): Uint8Array {
    return copyBytes(this.store, from - this.base, to - this.base);
  }

  private makeRoom(size: number): void {
    const kept = this.endPosition - this.startPosition;
    if (kept + size > MAX_BYTES) {
      throw new MpegtsError('access-unit-too-large', `an elementary stream has no frame within ${MAX_BYTES} bytes`);
    }
    const from = this.startPosition - this.base;
    if (kept + size > this.store.length / 2) {
      const grown = Buffer.allocUnsafe(Math.max(this.store.length * 2, (kept + size) * 2));
      this.store.copy(grown, 0, from, from + kept);
      this.store = grown;
    } else {
      this.store.copyWithin(0, from, from + kept);
    }
    this.base = this.startPosition;
    this.searchable = undefined;
  }
}
