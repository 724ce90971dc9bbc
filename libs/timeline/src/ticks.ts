/** Media time is integer ticks of the 90 kHz MPEG-2 system clock (ISO/IEC 13818-1 §2.4.3.7), never float seconds. */
export const TICKS_PER_SECOND = 90_000;
export const TICKS_PER_MS = 90;

/** Milliseconds (may be fractional) to the nearest tick. */
export const msToTicks = (ms: number): number => Math.round(ms * TICKS_PER_MS);

/** Ticks to milliseconds, rounded to the nearest whole millisecond. */
export const ticksToMs = (ticks: number): number => Math.round(ticks / TICKS_PER_MS);

/** Decimal seconds, as playlists write them, to the nearest tick. */
export const secondsToTicks = (seconds: number): number => Math.round(seconds * TICKS_PER_SECOND);
