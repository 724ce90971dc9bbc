import type { Addressing, RepresentationInfo, TimelineEntry } from 'mpd-parser';
import { checkSegmentCount, type ParseLimits } from '../timeline/parse-limits.js';
import { atLine } from '../timeline/timeline-error.js';

/** What a period's addressing is expanded against. Seconds, as mpd-parser has them. */
export interface PeriodBounds {
  line: number | undefined;
  startSeconds: number;
  /** Undefined for the open end of a dynamic MPD. */
  durationSeconds: number | undefined;
  /** Since the period's start; undefined for a static MPD. */
  elapsedSeconds: number | undefined;
}

/** Decimals like 1.1 / 0.1 come out a hair above a whole number: that makes no further segment. */
const CEIL_SLACK = 1e-6;
const ceil = (value: number): number => Math.ceil(value - CEIL_SLACK);

const invalid = (bounds: PeriodBounds, text: string) => atLine('playlist-invalid', bounds.line, text);

const positive = (value: number | undefined, name: string, bounds: PeriodBounds): number => {
  if (value === undefined || !Number.isSafeInteger(value) || value <= 0) {
    throw invalid(bounds, `${name} is not a positive number.`);
  }
  return value;
};

/** Media time (in the timescale) at which the period ends, or up to which a dynamic MPD has come. */
const endTime = (addressing: Addressing, bounds: PeriodBounds): number => {
  const seconds = Math.min(bounds.durationSeconds ?? Infinity, bounds.elapsedSeconds ?? Infinity);
  return seconds * (addressing.timescale ?? 1) + (addressing.presentationTimeOffset ?? 0);
};

/** ISO/IEC 23009-1 §5.3.9.6: a negative S@r repeats up to the next S@t, or the period's end. */
const repeats = (
  entry: TimelineEntry,
  next: TimelineEntry | undefined,
  time: number,
  addressing: Addressing,
  bounds: PeriodBounds,
): number => {
  const repeat = entry.r ?? 0;
  if (repeat >= 0) return repeat + 1;
  if (next?.t !== undefined) return ceil((next.t - time) / entry.d!);
  const count = (endTime(addressing, bounds) - time) / entry.d!;
  return bounds.elapsedSeconds === undefined ? ceil(count) : Math.floor(count + CEIL_SLACK);
};

const boundedTimeline = (
  entries: TimelineEntry[],
  addressing: Addressing,
  bounds: PeriodBounds,
  limits: ParseLimits,
): TimelineEntry[] => {
  let time = entries[0]?.t ?? 0;
  let total = 0;
  return entries.flatMap((entry, index) => {
    positive(entry.d, 'S@d', bounds);
    if (entry.t !== undefined && entry.t > time) time = entry.t;
    const count = Math.max(0, repeats(entry, entries[index + 1], time, addressing, bounds));
    total += count;
    checkSegmentCount(total, limits);
    if (!Number.isSafeInteger(total)) throw invalid(bounds, 'S@r does not say where it ends.');
    const start = time;
    time += count * entry.d!;
    // Beyond 2^53 numbers lose their last digits, and $Time$ would name objects that do not exist.
    if (!Number.isSafeInteger(time)) throw atLine('unsupported-source', bounds.line, 'S@t is over 2^53.');
    return count === 0 ? [] : [{ t: start, d: entry.d, r: count - 1 }];
  });
};

/** How many segments of equal duration there are, from the first of the period (not of the time-shift buffer). */
const countByDuration = (addressing: Addressing, bounds: PeriodBounds): number => {
  const segmentSeconds = positive(addressing.duration, '@duration', bounds) / (addressing.timescale ?? 1);
  const counts = [
    bounds.durationSeconds === undefined ? Infinity : ceil(bounds.durationSeconds / segmentSeconds),
    bounds.elapsedSeconds === undefined ? Infinity : Math.floor(bounds.elapsedSeconds / segmentSeconds + CEIL_SLACK),
    addressing.segmentUrls?.length ?? Infinity,
    addressing.endNumber === undefined ? Infinity : Number(addressing.endNumber) - (addressing.startNumber ?? 1) + 1,
  ];
  const count = Math.min(...counts);
  if (!(count > 0 && Number.isFinite(count))) {
    throw invalid(bounds, 'The period has no segments: no duration, or it has not begun.');
  }
  return count;
};

const boundedDuration = (
  addressing: Addressing,
  info: RepresentationInfo,
  bounds: PeriodBounds,
  limits: ParseLimits,
): Addressing => {
  const count = countByDuration(addressing, bounds);
  const segmentSeconds = addressing.duration! / (addressing.timescale ?? 1);
  const bufferSeconds = info.attributes.timeShiftBufferDepth ?? Infinity;
  const first = Math.max(0, Math.floor(((bounds.elapsedSeconds ?? -Infinity) - bufferSeconds) / segmentSeconds) || 0);
  checkSegmentCount(count - first, limits);
  const listedSeconds = count * segmentSeconds;
  return {
    ...addressing,
    // mpd-parser reads @endNumber as a count, and gives the last segment what is left of the period.
    endNumber: count,
    periodDuration: Math.min(bounds.durationSeconds ?? listedSeconds, listedSeconds),
  };
};

/**
 * The Representation with every open end resolved to a number, after checking it: `<S r="33688627">`, an MPD dynamic since
 * 1970 or a tiny @duration would otherwise exhaust the heap inside mpd-parser.
 */
export const boundRepresentation = (
  info: RepresentationInfo,
  bounds: PeriodBounds,
  limits: ParseLimits,
): RepresentationInfo => {
  const { template, list, segmentTimeline } = info.segmentInfo;
  const addressing = (template ?? list)!;
  if (addressing.timescale !== undefined) positive(addressing.timescale, '@timescale', bounds);
  const kind = template ? 'template' : 'list';
  if (addressing.duration) {
    const bounded = boundedDuration(addressing, info, bounds, limits);
    return { attributes: info.attributes, segmentInfo: { [kind]: bounded } };
  }
  if (segmentTimeline) {
    const timeline = boundedTimeline(segmentTimeline, addressing, bounds, limits);
    return { attributes: info.attributes, segmentInfo: { [kind]: addressing, segmentTimeline: timeline } };
  }
  // ISO/IEC 23009-1 §5.3.9.2.1: neither duration nor timeline means one segment.
  if (!(bounds.durationSeconds! > 0)) throw invalid(bounds, 'The duration of the one segment is not known.');
  const whole = { ...addressing, sourceDuration: bounds.durationSeconds };
  return { attributes: info.attributes, segmentInfo: { [kind]: whole } };
};
