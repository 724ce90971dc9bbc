/** Where a packet's clocks lie, for reading and rewriting them in place (ISO/IEC 13818-1 §2.4.3). */

/** The 33-bit clock wraps here. */
export const CLOCK_WRAP_TICKS = 2 ** 33;

/** A tick count folded into the 33 bits of the wire. */
export const wrapTicks = (ticks: number): number => ((ticks % CLOCK_WRAP_TICKS) + CLOCK_WRAP_TICKS) % CLOCK_WRAP_TICKS;

/** PTS or DTS at `offset` (§2.4.3.7: 3 + 15 + 15 bits with markers). */
export const readStamp = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] >> 1) & 0x07) * 2 ** 30 +
  ((bytes[offset + 1] << 22) |
    ((bytes[offset + 2] & 0xfe) << 14) |
    (bytes[offset + 3] << 7) |
    (bytes[offset + 4] >> 1));

/** Writes PTS or DTS at `offset`, keeping the prefix bits; `ticks` is folded into 33 bits. */
export const writeStamp = (bytes: Uint8Array, offset: number, ticks: number): void => {
  const value = wrapTicks(ticks);
  const low = value % 2 ** 30;
  bytes[offset] = (bytes[offset] & 0xf0) | (Math.floor(value / 2 ** 30) << 1) | 1;
  bytes[offset + 1] = (low >>> 22) & 0xff;
  bytes[offset + 2] = ((low >>> 14) & 0xfe) | 1;
  bytes[offset + 3] = (low >>> 7) & 0xff;
  bytes[offset + 4] = ((low << 1) & 0xfe) | 1;
};

/** Base of a PCR at `offset` (§2.4.3.5: 33 bits of 90 kHz, then 6 reserved and 9 of 27 MHz, which stay). */
export const readPcrBase = (bytes: Uint8Array, offset: number): number =>
  bytes[offset] * 2 ** 25 +
  ((bytes[offset + 1] << 17) | (bytes[offset + 2] << 9) | (bytes[offset + 3] << 1) | (bytes[offset + 4] >> 7));

/** Writes the base of a PCR at `offset`. */
export const writePcrBase = (bytes: Uint8Array, offset: number, ticks: number): void => {
  const value = wrapTicks(ticks);
  const high = Math.floor(value / 2);
  bytes[offset] = Math.floor(high / 2 ** 24) & 0xff;
  bytes[offset + 1] = (high >>> 16) & 0xff;
  bytes[offset + 2] = (high >>> 8) & 0xff;
  bytes[offset + 3] = high & 0xff;
  bytes[offset + 4] = (bytes[offset + 4] & 0x7f) | ((value % 2) << 7);
};
