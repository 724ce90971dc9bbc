import { MpegtsError } from '../mpegts-error.js';
import { SampleMemory } from './sample-memory.js';
import type { SamplePool } from './sample-pool.js';

const INITIAL_BYTES = 256 * 1024;
/** No access unit of a real stream comes near: an intra frame of 8K at 1 Gbit/s has 20 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;
const START_CODE = Buffer.from([0, 0, 1]);

/**
 * The not yet delivered bytes of one elementary stream, contiguous. Addressed by *position*: bytes since the stream began,
 * which stays true while what was delivered is discarded. `bytes[position - base]` is the byte at a position.
 */
export class EsBuffer {
  private store = new Uint8Array(INITIAL_BYTES);
  private readonly samples: SampleMemory;
  private searchable: Buffer | undefined;
  /** Position of `bytes[0]`. */
  base = 0;
  startPosition = 0;
  endPosition = 0;

  constructor(pool?: SamplePool) {
    this.samples = new SampleMemory(pool);
  }

  get bytes(): Uint8Array {
    return this.store;
  }

  append(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    if (this.endPosition - this.base + size > this.store.length) this.makeRoom(size);
    // `subarray` of a Buffer costs twice as much, and this runs for every packet
    this.store.set(new Uint8Array(source.buffer, source.byteOffset + from, size), this.endPosition - this.base);
    this.endPosition += size;
    this.searchable = undefined;
  }

  discardTo(position: number): void {
    this.startPosition = Math.max(this.startPosition, Math.min(position, this.endPosition));
  }

  /** The position of the next 00 00 01 at or after `from`, or -1. */
  findStartCode(from: number): number {
    const found = this.searched().indexOf(START_CODE, from - this.base);
    return found < 0 ? -1 : found + this.base;
  }

  /** The position of the next byte of this value in `[from, end)`, or the end. */
  findByte(value: number, from: number): number {
    const found = this.searched().indexOf(value, from - this.base);
    return found < 0 ? this.endPosition : found + this.base;
  }

  /** A view, good until the next append. */
  view(from: number, to: number): Uint8Array {
    return new Uint8Array(this.store.buffer, from - this.base, to - from);
  }

  /** A copy that is the caller's. */
  copy(from: number, to: number): Uint8Array {
    return this.samples.copy(this.view(from, to));
  }

  /** Memory for a sample that is put together by the caller. */
  takeSample(sizeBytes: number): Uint8Array {
    return this.samples.take(sizeBytes);
  }

  /** No sample will be taken any more. */
  close(): void {
    this.samples.close();
  }

  /** What is there, as what can search it: a Buffer. */
  private searched(): Buffer {
    this.searchable ??= Buffer.from(this.store.buffer, 0, this.endPosition - this.base);
    return this.searchable;
  }

  private makeRoom(size: number): void {
    const kept = this.endPosition - this.startPosition;
    if (kept + size > MAX_BYTES) {
      throw new MpegtsError('access-unit-too-large', `an elementary stream has no frame within ${MAX_BYTES} bytes`);
    }
    const from = this.startPosition - this.base;
    if (kept + size > this.store.length / 2) {
      const grown = new Uint8Array(Math.max(this.store.length * 2, (kept + size) * 2));
      grown.set(this.store.subarray(from, from + kept));
      this.store = grown;
    } else {
      this.store.copyWithin(0, from, from + kept);
    }
    this.base = this.startPosition;
    this.searchable = undefined;
  }
}
