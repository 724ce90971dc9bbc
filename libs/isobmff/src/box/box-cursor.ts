import { IsobmffError } from '../isobmff-error.js';
import type { BoxView } from './box-view.js';

/** Reads the fields of one box in order. Every read is checked against the box's end; tables are checked once, as a whole. */
export class BoxCursor {
  private readonly view: DataView;
  private offset: number;

  constructor(private readonly box: BoxView) {
    this.view = new DataView(box.bytes.buffer, box.bytes.byteOffset, box.endByte);
    this.offset = box.bodyByte;
  }

  get remainingBytes(): number {
    return this.box.endByte - this.offset;
  }

  /** Version and flags of a FullBox; a version that is not listed is refused. */
  fullBox(...versions: number[]): { version: number; flags: number } {
    const version = this.u8();
    if (!versions.includes(version)) {
      throw this.error('box-version-unsupported', `${this.box.type} version ${version} is not known`);
    }
    return { version, flags: this.u24() };
  }

  /** A count that is trusted from here on: `count` entries of `entryBytes` do lie inside the box. */
  entryCount(entryBytes: number): number {
    const count = this.u32();
    if (count * entryBytes > this.remainingBytes) {
      throw this.error('count-out-of-bounds', `${count} entries of ${entryBytes} bytes do not fit ${this.box.type}`);
    }
    return count;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2));
  }

  u24(): number {
    return this.u8() * 0x10000 + this.u16();
  }

  u32(): number {
    return this.view.getUint32(this.take(4));
  }

  i32(): number {
    return this.view.getInt32(this.take(4));
  }

  u64(): number {
    return this.safe(this.view.getBigUint64(this.take(8)));
  }

  i64(): number {
    return this.safe(this.view.getBigInt64(this.take(8)));
  }

  raw(count: number): Uint8Array {
    const start = this.take(count);
    return this.box.bytes.subarray(start, start + count);
  }

  latin1(count: number): string {
    return String.fromCharCode(...this.raw(count));
  }

  skip(count: number): void {
    this.take(count);
  }

  private safe(value: bigint): number {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw this.error('value-out-of-range', `${value} is beyond 2^53`);
  }

  private take(count: number): number {
    const start = this.offset;
    if (count > this.remainingBytes) throw this.error('box-truncated', `${this.box.type} ends inside its fields`);
    this.offset += count;
    return start;
  }

  private error(code: IsobmffError['code'], message: string): IsobmffError {
    return new IsobmffError(code, message, { boxPath: this.box.path, byteOffset: this.offset });
  }
}
