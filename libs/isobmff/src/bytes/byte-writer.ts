import { IsobmffError } from '../isobmff-error.js';

const INITIAL_BYTES = 1024;

/** Big-endian bytes in one growing buffer. Boxes are nested by callback: the size is patched when the body is written. */
export class ByteWriter {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** Bytes written so far: the offset of what comes next. */
  get position(): number {
    return this.length;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.view.setUint8(at, this.checked(value, 0, 0xff));
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.view.setUint16(at, this.checked(value, 0, 0xffff));
  }

  u24(value: number): void {
    this.u8(this.checked(value, 0, 0xffffff) >>> 16);
    this.u16(value & 0xffff);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, this.checked(value, 0, 0xffffffff));
  }

  i32(value: number): void {
    const at = this.reserve(4);
    this.view.setInt32(at, this.checked(value, -0x80000000, 0x7fffffff));
  }

  u64(value: number): void {
    const at = this.reserve(8);
    this.view.setBigUint64(at, BigInt(this.checked(value, 0, Number.MAX_SAFE_INTEGER)));
  }

  i64(value: number): void {
    const safe = this.checked(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const at = this.reserve(8);
    this.view.setBigInt64(at, BigInt(safe));
  }

  zeros(count: number): void {
    this.reserve(count);
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** One byte a character: box types, brands, names. */
  latin1(text: string): void {
    for (let i = 0; i < text.length; i++) this.u8(text.charCodeAt(i));
  }

  /** ISO/IEC 14496-12 §4.2 */
  box(type: string, body: () => void): void {
    const start = this.length;
    this.zeros(4);
    this.latin1(type);
    body();
    this.view.setUint32(start, this.checked(this.length - start, 8, 0xffffffff));
  }

  /** ISO/IEC 14496-12 §4.2, FullBox. */
  fullBox(type: string, version: number, flags: number, body: () => void): void {
    this.box(type, () => {
      this.u8(version);
      this.u24(flags);
      body();
    });
  }

  /** The bytes written. The writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private checked(value: number, min: number, max: number): number {
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new IsobmffError('value-out-of-range', `${value} does not fit its field (${min} to ${max})`, {
      byteOffset: this.length,
    });
  }

  /** Before the buffer is named: growing replaces it. */
  private reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return start;
  }
}

/** The bytes that `write` writes. */
export function bytesOf(write: (w: ByteWriter) => void): Uint8Array {
  const w = new ByteWriter();
  write(w);
  return w.finish();
}
