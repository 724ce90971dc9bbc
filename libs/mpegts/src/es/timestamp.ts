/** PTS and DTS have 33 bits (ISO/IEC 13818-1 §2.4.3.7): the clock wraps every 26.5 hours. */
export const CLOCK_WRAP_TICKS = 2 ** 33;

/** Media time is counted in ticks of the 90 kHz system clock. */
export const TICKS_PER_SECOND = 90_000;

/** The value congruent to `ticks` modulo 2^33 that lies nearest to `referenceTicks`. */
export const unwrapTicks = (ticks: number, referenceTicks: number): number =>
  ticks + Math.round((referenceTicks - ticks) / CLOCK_WRAP_TICKS) * CLOCK_WRAP_TICKS;

/** Reads the 5 bytes of a PTS or DTS field at `offset`. */
export const readTimestamp = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] >> 1) & 0x07) * 2 ** 30 +
  ((bytes[offset + 1] << 22) |
    ((bytes[offset + 2] & 0xfe) << 14) |
    (bytes[offset + 3] << 7) |
    (bytes[offset + 4] >> 1));
