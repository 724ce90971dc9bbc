import type { ParsedSegment } from 'm3u8-parser';
import type { PlanWarning } from '../plan/plan.js';
import { TICKS_PER_MS, TICKS_PER_SECOND } from '../ticks.js';
import { ExactClock, parseDecimalSeconds } from '../timeline/exact-clock.js';
import type { ParseLimits } from '../timeline/parse-limits.js';
import { type PlaylistPlace, resolvePlace } from '../timeline/resolve-key.js';
import type { Segment, SegmentKey, SegmentMap, Timeline } from '../timeline/timeline.js';
import { atLine } from '../timeline/timeline-error.js';
import { interpolateWallClock, parseDateTime } from '../timeline/wall-clock.js';
import type { ReadManifest, UriFacts } from './read-manifest.js';

/** A warning of each kind is given once, with its first line: a playlist may repeat a fault 100,000 times. */
const warnOnce = (warnings: PlanWarning[], code: string, message: string): void => {
  if (!warnings.some((warning) => warning.code === code)) warnings.push({ code, message });
};

const durationOf = (facts: UriFacts, limits: ParseLimits): { seconds: number; picoseconds: number } => {
  const duration = parseDecimalSeconds(facts.durationText ?? '');
  if (duration === undefined) {
    const text = JSON.stringify((facts.durationText ?? '').slice(0, 40));
    throw atLine('playlist-invalid', facts.line, `The segment's EXTINF ${text} is not a duration.`);
  }
  if (duration.seconds * 1000 > limits.maxSegmentDurationMs) {
    throw atLine('playlist-invalid', facts.line, `The segment's EXTINF is over ${limits.maxSegmentDurationMs} ms.`);
  }
  return duration;
};

const wallClockOf = (parsed: ParsedSegment, facts: UriFacts, warnings: PlanWarning[]): number | undefined => {
  if (facts.dateTimeLine === undefined) return undefined;
  const time = parseDateTime(parsed.dateTimeString ?? '');
  const place = `Line ${facts.dateTimeLine}: EXT-X-PROGRAM-DATE-TIME`;
  if (time === undefined) warnOnce(warnings, 'date-time-ignored', `${place} is not a date and is ignored.`);
  else if (!time.hasZone) warnOnce(warnings, 'date-time-without-zone', `${place} has no time zone; UTC is taken.`);
  return time?.ticks;
};

const byteRangeOf = (
  parsed: ParsedSegment,
  facts: UriFacts,
  { key, bucket }: PlaylistPlace,
  previous: Segment | undefined,
): [number, number] | undefined => {
  if (parsed.byterange === undefined) return undefined;
  // RFC 8216 §4.3.2.2: without an offset the range follows the one before, in the same object.
  if (
    facts.implicitOffset &&
    (previous?.byteRange === undefined || previous.key !== key || previous.bucket !== bucket)
  ) {
    throw atLine('playlist-invalid', facts.line, 'EXT-X-BYTERANGE has no offset and follows no range of this object.');
  }
  const start = facts.implicitOffset ? previous!.byteRange![1] : parsed.byterange.offset;
  return [start, start + parsed.byterange.length];
};

/** RFC 8216 §5.2: without IV, the media sequence number as a big-endian 128-bit number. */
const cipherOf = (
  parsed: ParsedSegment,
  mediaSequence: number,
  resolve: (uri: string) => string,
): SegmentKey | undefined => {
  if (!parsed.key) return undefined;
  const ivHex =
    parsed.key.iv === undefined
      ? mediaSequence.toString(16).padStart(32, '0')
      : Array.from(parsed.key.iv, (word) => word.toString(16).padStart(8, '0')).join('');
  return { keyObjectKey: resolve(parsed.key.uri), ivHex };
};

const mapOf = (parsed: ParsedSegment, line: number, resolve: (uri: string) => string): SegmentMap | undefined => {
  if (!parsed.map) return undefined;
  if (parsed.key) throw atLine('unsupported-source', line, 'EXT-X-MAP: encrypted fragmented MP4 is not supported.');
  const { uri, byterange } = parsed.map;
  const startByte = byterange?.offset ?? 0;
  return {
    key: resolve(uri),
    ...(byterange && { byteRange: [startByte, startByte + byterange.length] }),
  };
};

/** What a segment needs lies in its own bucket. */
const besideOf =
  (segment: PlaylistPlace, from: PlaylistPlace, line: number) =>
  (uri: string): string => {
    const { key, bucket } = resolvePlace(uri, from, line);
    if (bucket === segment.bucket) return key;
    throw atLine('unsupported-source', line, 'A key or map lies in another bucket than its segment.');
  };

const toSegments = (
  read: ReadManifest,
  from: PlaylistPlace,
  limits: ParseLimits,
  warnings: PlanWarning[],
): Segment[] => {
  const clock = new ExactClock();
  const segments: Segment[] = [];
  let runIndex = 0;
  read.manifest.segments.forEach((parsed, index) => {
    const facts = read.uris[index];
    if (parsed.discontinuity && index > 0) runIndex += 1;
    const startTicks = clock.ticks;
    clock.add(durationOf(facts, limits));
    const place = resolvePlace(parsed.uri, from, facts.line);
    const resolve = besideOf(place, from, facts.line);
    const byteRange = byteRangeOf(parsed, facts, place, segments[index - 1]);
    const wallClockTicks = wallClockOf(parsed, facts, warnings);
    const map = mapOf(parsed, facts.line, resolve);
    const cipher = cipherOf(parsed, (read.manifest.mediaSequence ?? 0) + index, resolve);
    segments.push({
      ...place,
      startTicks,
      durationTicks: clock.ticks - startTicks,
      runIndex,
      gap: parsed.custom?.gap === true,
      ...(byteRange && { byteRange }),
      ...(wallClockTicks !== undefined && { wallClockTicks }),
      ...(cipher && { cipher }),
      ...(map && { map }),
    });
  });
  return segments;
};

/** RFC 8216 §4.3.3.1 asks for it; without, the longest segment. */
const targetDuration = (declared: number | undefined, segments: Segment[]): number => {
  const longestTicks = segments.reduce((longest, segment) => Math.max(longest, segment.durationTicks), 0);
  return Math.max(1, Math.min(declared ?? 0, 86_400), Math.round(longestTicks / TICKS_PER_SECOND));
};

export const toTimeline = (read: ReadManifest, from: PlaylistPlace, limits: ParseLimits): Timeline => {
  const bare = read.uris.find((facts) => facts.durationText === undefined);
  if (bare !== undefined) throw atLine('playlist-invalid', bare.line, 'The segment has no EXTINF.');
  const warnings: PlanWarning[] = [];
  const segments = toSegments(read, from, limits, warnings);
  if (segments.some((segment) => segment.durationTicks < TICKS_PER_MS)) {
    warnOnce(warnings, 'segment-without-duration', 'Some segments have an EXTINF of less than a millisecond.');
  }
  return {
    playlistKey: from.key,
    hasWallClock: interpolateWallClock(segments),
    segments,
    growing: read.manifest.endList !== true,
    targetDurationSeconds: targetDuration(read.manifest.targetDuration, segments),
    warnings,
  };
};
