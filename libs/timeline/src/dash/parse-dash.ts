import { type DashSegment, inheritAttributes, type RepresentationInfo, stringToMpdXml, toPlaylists } from 'mpd-parser';
import { TICKS_PER_MS, TICKS_PER_SECOND } from '../ticks.js';
import {
  checkPlaylistSize,
  checkSegmentCount,
  DEFAULT_PARSE_LIMITS,
  type ParseLimits,
} from '../timeline/parse-limits.js';
import { resolveKey } from '../timeline/resolve-key.js';
import type { ParsedPlaylist, Segment } from '../timeline/timeline.js';
import { atLine, TimelineError } from '../timeline/timeline-error.js';
import { checkXml } from './check-xml.js';
import { chooseRepresentations, type PlacedRepresentation } from './choose-representation.js';
import { takeRepresentationPlaces } from './representation-places.js';
import { boundRepresentation, type PeriodBounds } from './segment-count.js';

/** Whatever mpd-parser throws is a fault of the MPD. */
const guarded = <T>(call: () => T): T => {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof TimelineError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TimelineError('playlist-invalid', `The MPD cannot be parsed: ${why}.`, {}, { cause });
  }
};

const readRepresentations = (text: string, playlistKey: string, nowMs: number): PlacedRepresentation[] => {
  const mpd = stringToMpdXml(text);
  const places = takeRepresentationPlaces(mpd, playlistKey);
  const { representationInfo } = inheritAttributes(mpd, { NOW: nowMs, manifestUri: '' });
  if (representationInfo.length === 0) throw new TimelineError('playlist-invalid', 'The MPD has no Representation.');
  return representationInfo.map((info, index) => ({ ...info, place: places[index] }));
};

const boundsOf = (info: PlacedRepresentation, next: PlacedRepresentation | undefined): PeriodBounds => {
  const { periodStart, periodDuration, sourceDuration, type, availabilityStartTime, NOW } = info.attributes;
  const { line } = info.place;
  if (periodStart === null) throw atLine('playlist-invalid', line, 'The Period has no start that can be known.');
  const dynamic = type === 'dynamic';
  if (dynamic && !Number.isFinite(availabilityStartTime)) {
    throw atLine('playlist-invalid', line, 'A dynamic MPD has no availabilityStartTime.');
  }
  // ISO/IEC 23009-1 §5.3.2.1: a period without @duration ends where the next one starts, or with the presentation.
  const endSeconds = next?.attributes.periodStart ?? (sourceDuration > 0 ? sourceDuration : undefined);
  return {
    line,
    startSeconds: periodStart,
    durationSeconds: periodDuration ?? (endSeconds === undefined ? undefined : endSeconds - periodStart),
    elapsedSeconds: dynamic ? NOW / 1000 - availabilityStartTime! - periodStart : undefined,
  };
};

/** mpd-parser subtracts the presentation time offset from segments that are counted, too: those start with the period. */
const startSeconds = (segment: DashSegment, { segmentInfo }: RepresentationInfo): number => {
  const addressing = (segmentInfo.template ?? segmentInfo.list)!;
  const counted = segmentInfo.segmentTimeline === undefined;
  const offset = counted ? (addressing.presentationTimeOffset ?? 0) / (addressing.timescale ?? 1) : 0;
  return segment.presentationTime + offset;
};

const byteRangeOf = (segment: DashSegment, line: number | undefined): [number, number] | undefined => {
  if (segment.byterange === undefined) return undefined;
  const start = Number(segment.byterange.offset);
  const end = start + Number(segment.byterange.length);
  if (!Number.isSafeInteger(end) || start < 0 || end <= start) {
    throw atLine('playlist-invalid', line, 'SegmentURL@mediaRange is not a byte range.');
  }
  return [start, end];
};

const periodSegments = (
  info: PlacedRepresentation,
  next: PlacedRepresentation | undefined,
  runIndex: number,
  limits: ParseLimits,
): Segment[] => {
  const bounded = boundRepresentation(info, boundsOf(info, next), limits);
  const { baseKey, line } = info.place;
  return (toPlaylists([bounded])[0].segments ?? []).map((segment) => {
    const start = startSeconds(segment, bounded);
    const startTicks = Math.round(start * TICKS_PER_SECOND);
    const durationTicks = Math.round((start + segment.duration) * TICKS_PER_SECOND) - startTicks;
    const byteRange = byteRangeOf(segment, line);
    if (!Number.isSafeInteger(startTicks) || !(durationTicks >= 0)) {
      throw atLine('playlist-invalid', line, 'A segment has no time.');
    }
    const key = resolveKey(segment.uri, baseKey, line);
    return { key, startTicks, durationTicks, runIndex, gap: false, ...(byteRange && { byteRange }) };
  });
};

/** An MPD of transport streams as a timeline. `nowMs`: epoch ms, which tells how far a dynamic MPD has come. */
export const parseDash = (
  text: string,
  playlistKey: string,
  nowMs: number,
  limits: ParseLimits = DEFAULT_PARSE_LIMITS,
): ParsedPlaylist => {
  checkPlaylistSize(text, limits);
  checkXml(text, { maxElements: 2 * limits.maxSegments + 10_000, maxDepth: 32, maxAttributes: 64 });
  const chosen = chooseRepresentations(guarded(() => readRepresentations(text, playlistKey, nowMs)));
  const segments: Segment[] = [];
  chosen.forEach((info, index) => {
    const found = guarded(() => periodSegments(info, chosen[index + 1], index, limits));
    checkSegmentCount(segments.length + found.length, limits);
    for (const segment of found) segments.push(segment);
  });
  if (segments.length === 0) throw new TimelineError('playlist-invalid', 'The MPD has no segments.');
  const { availabilityStartTime, type } = chosen[0].attributes;
  const hasWallClock = Number.isFinite(availabilityStartTime);
  const originTicks = segments[0].startTicks;
  const epochTicks = Math.round((availabilityStartTime ?? 0) * 1000) * TICKS_PER_MS;
  for (const segment of segments) {
    if (hasWallClock) segment.wallClockTicks = epochTicks + segment.startTicks;
    segment.startTicks -= originTicks;
  }
  const longestTicks = segments.reduce((longest, segment) => Math.max(longest, segment.durationTicks), 0);
  const targetDurationSeconds = Math.max(1, Math.round(longestTicks / TICKS_PER_SECOND));
  const timeline = { playlistKey, segments, growing: type === 'dynamic', hasWallClock, targetDurationSeconds };
  return { kind: 'media', timeline: { ...timeline, warnings: [] } };
};
