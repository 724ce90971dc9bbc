import { TICKS_PER_MS } from '../ticks.js';
import type { Segment } from './timeline.js';

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,12}))?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

const zoneMinutes = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith('-') ? -minutes : minutes;
};

/**
 * An ISO 8601 date and time as epoch ticks, rounded from as many decimals as it has; undefined when it is none.
 * Without a zone it is UTC on every machine: `Date.parse` would take the machine's own zone.
 */
export const parseDateTime = (text: string): { ticks: number; hasZone: boolean } | undefined => {
  const match = DATE_TIME.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const wholeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const inMonth = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  if (!inMonth || month < 1 || month > 12 || hour > 24 || minute > 59 || second > 60) return undefined;
  const fractionMs = Number(`0.${match[7] ?? '0'}`) * 1000;
  const ticks = (wholeMs - zoneMinutes(match[8]) * 60_000) * TICKS_PER_MS + Math.round(fractionMs * TICKS_PER_MS);
  return { ticks, hasZone: match[8] !== undefined };
};

/**
 * Gives every segment a wall-clock time from those that have one of their own: forward from the last stamp before it,
 * backward from the first for those in front of it. RFC 8216 §6.3.3. Returns whether there was any.
 */
export const interpolateWallClock = (segments: Segment[]): boolean => {
  const first = segments.findIndex((segment) => segment.wallClockTicks !== undefined);
  if (first === -1) return false;
  for (let i = first - 1; i >= 0; i--) {
    segments[i].wallClockTicks = segments[i + 1].wallClockTicks! - segments[i].durationTicks;
  }
  for (let i = first + 1; i < segments.length; i++) {
    segments[i].wallClockTicks ??= segments[i - 1].wallClockTicks! + segments[i - 1].durationTicks;
  }
  return true;
};
