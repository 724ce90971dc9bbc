import { IsobmffError } from '../isobmff-error.js';

/** LEB128 integers up to 2^53, in a growing buffer. Signed ones are zigzag-coded: 0, −1, 1, −2 … */
export class VarintWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  unsigned(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new IsobmffError('value-out-of-range', `${value} is no unsigned integer`);
    }
    if (this.length + 8 > this.bytes.length) this.grow();
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private grow(): void {
    const grown = new Uint8Array(this.bytes.length * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

export class VarintReader {
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 0x80) {
      const byte = this.bytes[this.offset++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80 && Number.isSafeInteger(value)) return value;
      if (byte < 0x80) break;
    }
    throw new IsobmffError('report-invalid', 'a number ends too early or is too large', { byteOffset: this.offset });
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
