/** Reads bits of an RBSP, most significant first; beyond the end it reads zeros. */
export class BitReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  bit(): number {
    const byte = this.bytes[this.at >> 3] ?? 0;
    const value = (byte >> (7 - (this.at & 7))) & 1;
    this.at++;
    return value;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** Up to 32 bits, unsigned. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    this.at += count;
  }

  /** ue(v), ITU-T H.264 §9.1. */
  unsigned(): number {
    let zeros = 0;
    while (zeros < 32 && !this.atEnd() && this.bit() === 0) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), ITU-T H.264 §9.1.1. */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }

  /** Bits that were read. */
  get position(): number {
    return this.at;
  }

  /** True once everything was read: what follows would be made up. */
  atEnd(): boolean {
    return this.at >= this.bytes.length * 8;
  }
}

/** NAL unit bytes without their emulation prevention bytes (ITU-T H.264 §7.4.1.1): 00 00 03 → 00 00. */
export const unescape = (nal: Uint8Array): Uint8Array => {
  const rbsp = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (let at = 0; at < nal.length; at++) {
    const byte = nal[at];
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    rbsp[length++] = byte;
  }
  return rbsp.subarray(0, length);
};
