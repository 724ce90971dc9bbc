import { TICKS_PER_MS } from '../ticks.js';
import { viewClock } from '../timeline/clock.js';
import type { MissingSpan } from '../timeline/resolve-range.js';
import type { Segment } from '../timeline/timeline.js';
import { TimelineError } from '../timeline/timeline-error.js';
import type { Piece } from './piece.js';
import type { PlanClip, PlanLimits } from './plan-input.js';
import { type Tail, takeTail } from './tail.js';

/** The pieces of a range that are there, cut off from the rest of the plan's decisions. */
export interface SelectedPieces {
  pieces: Piece[];
  /** Gaps, holes and missing objects, in order. */
  missing: MissingSpan[];
  /** The requested in or out lies in the first or last piece (and not in something that was left out). */
  hasInEdge: boolean;
  hasOutEdge: boolean;
}

/** Bytes of a segment, or undefined when its object is missing, empty, or shorter than its byte range. */
export const segmentBytes = (segment: Segment, sizes: PlanClip['sizes']): number | undefined => {
  const objectBytes = sizes.get(segment.key);
  if (objectBytes === undefined || objectBytes === 0) return undefined;
  if (segment.byteRange === undefined) return objectBytes;
  const [start, end] = segment.byteRange;
  return end <= objectBytes ? end - start : undefined;
};

export const toPiece = (clip: PlanClip, segmentIndex: number, runIndex: number): Piece => {
  const segment = clip.timeline.segments[segmentIndex];
  return {
    segmentIndex,
    key: segment.key,
    sizeBytes: segment.gap ? 0 : segmentBytes(segment, clip.sizes)!,
    durationTicks: segment.durationTicks,
    runIndex,
    ...(segment.byteRange && { byteRange: segment.byteRange }),
    ...(segment.cipher && { cipher: segment.cipher }),
  };
};

/** The segment is there, and all of it. */
const isThere = (clip: PlanClip, index: number): boolean => {
  const segment = clip.timeline.segments[index];
  return segment !== undefined && !segment.gap && segmentBytes(segment, clip.sizes) !== undefined;
};

/** What of a range becomes pieces, and what of it may be missing. */
export interface SelectOptions {
  gapPolicy: 'fail' | 'skip';
  /**
   * A media playlist names gaps where they are (EXT-X-GAP), so they are pieces like others, without media. The documents that
   * hold a playlist tell of media alone.
   */
  listsGaps?: boolean;
}

/** Indexes of the segments of the range that have media. */
export const presentSegments = (clip: PlanClip): number[] => {
  const { firstIndex, endIndex } = clip.range;
  const indexes = Array.from({ length: endIndex - firstIndex }, (_, i) => firstIndex + i);
  return indexes.filter((index) => isThere(clip, index));
};

/** The same, and those that are marked as gaps. */
const listedSegments = (clip: PlanClip): number[] => {
  const { firstIndex, endIndex } = clip.range;
  const indexes = Array.from({ length: endIndex - firstIndex }, (_, i) => firstIndex + i);
  return indexes.filter((index) => clip.timeline.segments[index].gap || isThere(clip, index));
};

/**
 * A new run begins with a discontinuity of the recording, after something left out and after a hole of the clock: only
 * pieces of one run continue each other's access units. Counted from 0.
 */
export const runsOf = (clip: PlanClip, indexes: number[]): number[] => {
  const view = viewClock(clip.timeline, clip.range.clock);
  const { segments } = clip.timeline;
  let run = 0;
  return indexes.map((index, position) => {
    const previous = indexes[position - 1];
    if (position === 0) return run;
    const continues = previous === index - 1 && segments[previous].runIndex === segments[index].runIndex;
    if (!continues || view.holeTicksBefore(index) > 0) run += 1;
    return run;
  });
};

const missingObjects = (clip: PlanClip): { spans: MissingSpan[]; keys: string[] } => {
  const view = viewClock(clip.timeline, clip.range.clock);
  const { requested, firstIndex, endIndex } = clip.range;
  const spans: MissingSpan[] = [];
  const keys: string[] = [];
  for (let index = firstIndex; index < endIndex; index++) {
    const segment = clip.timeline.segments[index];
    if (segment.gap || isThere(clip, index)) continue;
    keys.push(segment.key);
    const startMs = Math.max(requested.startMs, Math.round(view.startTicks(index) / TICKS_PER_MS));
    const endMs = Math.max(startMs, Math.min(requested.endMs, Math.round(view.endTicks(index) / TICKS_PER_MS)));
    const last = spans.at(-1);
    if (last?.endMs === startMs) last.endMs = endMs;
    else spans.push({ startMs, endMs, reason: 'object-missing' });
  }
  return { spans, keys };
};

const refuseMissing = (clip: PlanClip, keys: string[], missing: MissingSpan[]): never => {
  const details = { clock: clip.range.clock, missing: missing.slice(0, 100), missingCount: missing.length };
  if (keys.length > 0) {
    const text = `${keys.length} segments of the range do not exist, the first is ${keys[0]}.`;
    throw new TimelineError('segment-missing', text, { ...details, keys: keys.slice(0, 20) });
  }
  const text = `The recording has ${missing.length} holes inside the range, the first from ${missing[0].startMs} to ${missing[0].endMs} ms.`;
  throw new TimelineError('gap', text, details);
};

export const selectPieces = (
  clip: PlanClip,
  { gapPolicy, listsGaps = false }: SelectOptions,
  limits: PlanLimits,
): SelectedPieces => {
  const { range } = clip;
  const segmentCount = range.endIndex - range.firstIndex;
  if (segmentCount > limits.maxSegments) {
    const text = `The range has ${segmentCount} segments; at most ${limits.maxSegments} are allowed.`;
    throw new TimelineError('too-long', text, { segmentCount, maxSegments: limits.maxSegments });
  }
  const present = presentSegments(clip);
  const objects = missingObjects(clip);
  const missing = [...range.missing, ...objects.spans].toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const unlisted = listsGaps ? missing.filter(({ reason }) => reason !== 'gap-tag') : missing;
  const isRefused = gapPolicy === 'fail' && (unlisted.length > 0 || objects.keys.length > 0);
  if (isRefused) refuseMissing(clip, objects.keys, unlisted);
  if (present.length === 0 && (missing.length > 0 || objects.keys.length > 0))
    refuseMissing(clip, objects.keys, missing);
  if (present.length === 0) throw new TimelineError('gap', 'The range has no media.', { clock: range.clock });
  const indexes = listsGaps ? listedSegments(clip) : present;
  const runs = runsOf(clip, indexes);
  return {
    pieces: indexes.map((index, position) => toPiece(clip, index, runs[position])),
    missing,
    hasInEdge: indexes[0] === range.firstIndex,
    hasOutEdge: indexes.at(-1) === range.endIndex - 1,
  };
};

/** Pieces of the same run right before a segment, worth at least `maxGopLeadMs` where the recording has them. */
export const leadPieces = (clip: PlanClip, first: Piece, limits: PlanLimits): Piece[] => {
  const { segments } = clip.timeline;
  const lead: Piece[] = [];
  let ticks = 0;
  for (let index = first.segmentIndex - 1; index >= 0 && ticks < limits.maxGopLeadMs * TICKS_PER_MS; index--) {
    if (!isThere(clip, index) || segments[index].runIndex !== segments[first.segmentIndex].runIndex) break;
    lead.unshift(toPiece(clip, index, first.runIndex));
    ticks += segments[index].durationTicks;
  }
  return lead;
};

function* eachAfter(clip: PlanClip, last: Piece): Generator<Piece, undefined> {
  const { segments } = clip.timeline;
  const { runIndex } = segments[last.segmentIndex];
  for (let index = last.segmentIndex + 1; isThere(clip, index) && segments[index].runIndex === runIndex; index++)
    yield toPiece(clip, index, last.runIndex);
}

/** Pieces of the same run right after the range. */
export const piecesAfter = (clip: PlanClip, last: Piece, count: number): Piece[] => {
  const after: Piece[] = [];
  for (const piece of eachAfter(clip, last)) if (after.push(piece) >= count) break;
  return after;
};

/** What completes a clip that ends with `last`. */
export const tailAfter = (clip: PlanClip, last: Piece, limits: PlanLimits): Tail =>
  takeTail(eachAfter(clip, last), limits);
