/** Writes the bits of an RBSP, most significant first. For parameter sets: small. */
export class BitWriter {
  private readonly written: number[] = [];

  bits(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) this.written.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  /** ue(v), ITU-T H.264 §9.1. */
  unsigned(...values: number[]): this {
    for (const value of values) {
      const length = Math.floor(Math.log2(value + 1));
      this.bits(0, length).bits(value + 1, length + 1);
    }
    return this;
  }

  append(other: BitWriter): this {
    this.written.push(...other.written);
    return this;
  }

  /** With rbsp_trailing_bits. */
  bytes(): Uint8Array {
    return this.bits(1, 1).aligned();
  }

  /** Filled up with zero bits. */
  aligned(): Uint8Array {
    const { written } = this;
    const bytes = new Uint8Array(Math.ceil(written.length / 8));
    for (const [at, bit] of written.entries()) bytes[at >> 3] |= bit << (7 - (at & 7));
    return bytes;
  }
}

/** RBSP bytes with emulation prevention bytes (ITU-T H.264 §7.4.1.1): 00 00 0x → 00 00 03 0x, and 03 behind a last 00. */
export const escape = (rbsp: Uint8Array): Uint8Array => {
  const nal = new Uint8Array(rbsp.length + Math.floor(rbsp.length / 2) + 1);
  let length = 0;
  let zeros = 0;
  for (const byte of rbsp) {
    if (zeros === 2 && byte <= 3) {
      nal[length++] = 3;
      zeros = 0;
    }
    nal[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  if (rbsp.at(-1) === 0) nal[length++] = 3;
  return nal.slice(0, length);
};
