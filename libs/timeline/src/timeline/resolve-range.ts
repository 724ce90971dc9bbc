import type { ClipRange } from '../edit/edit.js';
import type { Coverage, PlanWarning, Span } from '../plan/plan.js';
import { hasTail } from '../plan/tail.js';
import { TICKS_PER_MS } from '../ticks.js';
import { type ClockView, HOLE_TOLERANCE_TICKS, type RangeClock, viewClock } from './clock.js';
import type { Timeline } from './timeline.js';
import { TimelineError } from './timeline-error.js';

export type MissingSpan = Coverage['missing'][number];

/** The part of a timeline that a range asks for. Plain data. */
export interface ResolvedRange {
  kind: 'resolved';
  clock: RangeClock;
  requested: Span;
  /** Segments `[firstIndex, endIndex)` of the timeline. */
  firstIndex: number;
  endIndex: number;
  /** From the first segment's start to the requested start; 0 when that lies in a hole before it. */
  startOffsetTicks: number;
  /** From the last segment's start to the requested end; its duration when the end is not inside it. */
  endOffsetTicks: number;
  /** Start of the first segment, end of the last, on the range's clock. */
  segmentBounds: Span;
  /** EXT-X-GAPs and holes inside the request. Objects that are missing come to light when their sizes are known. */
  missing: MissingSpan[];
  warnings: PlanWarning[];
}

/** The recording still grows and has not come to the end of the range. */
export interface NotYet {
  kind: 'not-yet';
  clock: RangeClock;
  neededEndMs: number;
  /** How far the recording has come, on the same clock. */
  availableEndMs: number;
  /** What of the range is there; absent: nothing of it. */
  available?: ResolvedRange;
}

export interface ResolveOptions {
  /** Longer requests are refused as `too-long`. */
  maxDurationMs?: number;
  /** false: a growing recording is taken as it is, for instance when its recorder has stopped. */
  waitForGrowth?: boolean;
  /** So much behind the range, and at least a segment, is waited for, too: what starts inside the range may end there. */
  tailMs?: number;
  /** An end that the recording does not have is told as missing, instead of being refused. */
  allowShort?: boolean;
  /** It still grew when the range was first asked for: an end that it does not have is its recorder's fault. */
  wasGrowing?: boolean;
}

interface Request {
  clock: RangeClock;
  startTicks: number;
  endTicks: number;
}

const toMs = (ticks: number): number => Math.round(ticks / TICKS_PER_MS);
const toSpan = (startTicks: number, endTicks: number): Span => ({ startMs: toMs(startTicks), endMs: toMs(endTicks) });

const boundsOf = (timeline: Timeline, view: ClockView): { startTicks: number; endTicks: number } => {
  let startTicks = Infinity;
  let endTicks = -Infinity;
  timeline.segments.forEach((_segment, index) => {
    startTicks = Math.min(startTicks, view.startTicks(index));
    endTicks = Math.max(endTicks, view.endTicks(index));
  });
  return { startTicks, endTicks };
};

const checkLength = (durationMs: number, options: ResolveOptions): void => {
  const { maxDurationMs } = options;
  if (maxDurationMs === undefined || durationMs <= maxDurationMs) return;
  const text = `The range is ${durationMs} ms long; at most ${maxDurationMs} ms are allowed.`;
  throw new TimelineError('too-long', text, { durationMs, maxDurationMs });
};

const toRequest = (range: ClipRange & { kind: 'wall-clock' | 'from-start' }, timeline: Timeline): Request => {
  if (range.kind === 'wall-clock' && !timeline.hasWallClock) {
    const text = 'The playlist has no wall-clock time (EXT-X-PROGRAM-DATE-TIME, availabilityStartTime).';
    throw new TimelineError('no-wall-clock', text, { playlistKey: timeline.playlistKey });
  }
  const startMs = range.kind === 'wall-clock' ? range.startEpochMs : range.startMs;
  const endTicks = (startMs + range.durationMs) * TICKS_PER_MS;
  return { clock: range.kind === 'wall-clock' ? 'wall' : 'recording', startTicks: startMs * TICKS_PER_MS, endTicks };
};

/** Beyond the recording by less than the tolerance is rounding, and clamped. */
const checkInside = (request: Request, bounds: { startTicks: number; endTicks: number }): void => {
  const early = request.startTicks < bounds.startTicks - HOLE_TOLERANCE_TICKS;
  const late = request.endTicks > bounds.endTicks + HOLE_TOLERANCE_TICKS;
  if (!early && !late && request.startTicks < bounds.endTicks && request.endTicks > bounds.startTicks) return;
  const recording = toSpan(bounds.startTicks, bounds.endTicks);
  const requested = toSpan(request.startTicks, request.endTicks);
  const text = `The range ${requested.startMs} to ${requested.endMs} is not inside the recording, which is from ${recording.startMs} to ${recording.endMs} ms.`;
  throw new TimelineError('range-outside-recording', text, { clock: request.clock, requested, recording });
};

const checkReached = ({ clock, endTicks }: Request, recordedEndTicks: number): void => {
  if (endTicks <= recordedEndTicks + HOLE_TOLERANCE_TICKS) return;
  const [neededEndMs, recordedEndMs] = [toMs(endTicks), toMs(recordedEndTicks)];
  const text = `The recording stopped at ${recordedEndMs} ms, before the end of the range at ${neededEndMs} ms.`;
  throw new TimelineError('recording-stopped', text, { clock, neededEndMs, recordedEndMs });
};

/**
 * The stretch of the recording from where its clock first shows the start until it next comes to the end. Where the clock
 * was set back, that is the first of two passes, or, if the end is only reached in the second, both.
 */
const findSegments = (timeline: Timeline, view: ClockView, request: Request): [number, number] => {
  const count = timeline.segments.length;
  let first = 0;
  const overlaps = (index: number): boolean =>
    view.startTicks(index) < request.endTicks && view.endTicks(index) > request.startTicks;
  while (first < count && !overlaps(first)) first += 1;
  let end = first;
  while (end < count && view.startTicks(end) < request.endTicks) end += 1;
  return [first, end];
};

/** Holes of the clock and EXT-X-GAPs inside the request, in order, neighbours of one kind joined. */
const findMissing = (
  timeline: Timeline,
  view: ClockView,
  request: Request,
  [first, end]: [number, number],
  isEnd = true,
): MissingSpan[] => {
  const missing: MissingSpan[] = [];
  const add = (startTicks: number, endTicks: number, reason: MissingSpan['reason']): void => {
    const span = toSpan(Math.max(startTicks, request.startTicks), Math.min(endTicks, request.endTicks));
    if (span.endMs <= span.startMs) return;
    const last = missing.at(-1);
    if (last?.reason === reason && last.endMs === span.startMs) last.endMs = span.endMs;
    else missing.push({ ...span, reason });
  };
  for (let index = first; index < end; index++) {
    const holeTicks = view.holeTicksBefore(index);
    if (holeTicks > 0) add(view.startTicks(index) - holeTicks, view.startTicks(index), 'wall-clock-hole');
    if (timeline.segments[index].gap) add(view.startTicks(index), view.endTicks(index), 'gap-tag');
  }
  if (isEnd && end < timeline.segments.length && view.holeTicksBefore(end) > 0) {
    add(view.endTicks(end - 1), view.startTicks(end), 'wall-clock-hole');
  }
  return missing;
};

const rangeWarnings = (timeline: Timeline, clock: RangeClock, [first, end]: [number, number]): PlanWarning[] => {
  if (!timeline.hasWallClock) return [];
  const wall = viewClock(timeline, 'wall');
  const warnings: PlanWarning[] = [];
  const inside = Array.from({ length: Math.max(0, end - first - 1) }, (_, i) => first + 1 + i);
  const back = inside.find((index) => wall.wentBackBefore(index));
  if (back !== undefined) {
    const message = `The recording's clock was set back before segment ${back}: some wall-clock times occur twice.`;
    warnings.push({ code: 'wall-clock-back', message });
  }
  const hole = clock === 'recording' ? inside.find((index) => wall.holeTicksBefore(index) > 0) : undefined;
  if (hole !== undefined) {
    const message = `${toMs(wall.holeTicksBefore(hole))} ms of wall-clock time were not recorded before segment ${hole}.`;
    warnings.push({ code: 'wall-clock-hole', message });
  }
  return warnings;
};

const resolve = (
  timeline: Timeline,
  view: ClockView,
  request: Request,
  found: [number, number] = findSegments(timeline, view, request),
): ResolvedRange => {
  const [firstIndex, endIndex] = found;
  const requested = toSpan(request.startTicks, request.endTicks);
  if (firstIndex === endIndex) {
    const missing: MissingSpan[] = [{ ...requested, reason: 'wall-clock-hole' }];
    throw new TimelineError('gap', 'Nothing was recorded in the range.', { clock: request.clock, missing });
  }
  const last = endIndex - 1;
  const within = (index: number, ticks: number): number =>
    Math.min(Math.max(0, ticks - view.startTicks(index)), timeline.segments[index].durationTicks);
  return {
    kind: 'resolved',
    clock: request.clock,
    requested,
    firstIndex,
    endIndex,
    startOffsetTicks: within(firstIndex, request.startTicks),
    endOffsetTicks:
      request.endTicks >= view.endTicks(last) ? timeline.segments[last].durationTicks : within(last, request.endTicks),
    segmentBounds: toSpan(view.startTicks(firstIndex), view.endTicks(last)),
    missing: findMissing(timeline, view, request, found),
    warnings: rangeWarnings(timeline, request.clock, found),
  };
};

const wholeRange = (timeline: Timeline, options: ResolveOptions): ResolvedRange => {
  const view = viewClock(timeline, 'recording');
  const request: Request = { clock: 'recording', ...boundsOf(timeline, view) };
  checkLength(toMs(request.endTicks - request.startTicks), options);
  const resolved = resolve(timeline, view, { ...request, endTicks: request.endTicks + 1 });
  resolved.requested = resolved.segmentBounds;
  if (timeline.growing) {
    const message = 'The recording has no end yet; it is taken as far as it has come.';
    resolved.warnings.push({ code: 'growing-recording', message });
  }
  return resolved;
};

const segmentsRange = (
  timeline: Timeline,
  { firstIndex, endIndex }: ClipRange & { kind: 'segments' },
  options: ResolveOptions,
): ResolvedRange => {
  const segmentCount = timeline.segments.length;
  if (firstIndex >= endIndex || endIndex > segmentCount) {
    const text = `The segments ${firstIndex} to ${endIndex - 1} are not among the ${segmentCount} of the recording.`;
    throw new TimelineError('range-outside-recording', text, { firstIndex, endIndex, segmentCount });
  }
  const view = viewClock(timeline, 'recording');
  const [startTicks, endTicks] = [view.startTicks(firstIndex), view.endTicks(endIndex - 1)];
  checkLength(toMs(endTicks - startTicks), options);
  return resolve(timeline, view, { clock: 'recording', startTicks, endTicks }, [firstIndex, endIndex]);
};

/**
 * The segments `[firstIndex, endIndex)` of a resolved range as a range of their own, with the holes in front of and between
 * them: what a growing recording has gained since the plan was last extended.
 */
export const stretchOf = (
  timeline: Timeline,
  whole: ResolvedRange,
  [firstIndex, endIndex]: [number, number],
): ResolvedRange => {
  const view = viewClock(timeline, whole.clock);
  const [isStart, isEnd] = [firstIndex === whole.firstIndex, endIndex === whole.endIndex];
  const { requested, clock } = whole;
  const request = { clock, startTicks: requested.startMs * TICKS_PER_MS, endTicks: requested.endMs * TICKS_PER_MS };
  const beyond = isEnd ? whole.missing.filter(({ reason }) => reason === 'not-recorded') : [];
  return {
    ...whole,
    ...{ firstIndex, endIndex },
    startOffsetTicks: isStart ? whole.startOffsetTicks : 0,
    endOffsetTicks: isEnd ? whole.endOffsetTicks : timeline.segments[endIndex - 1].durationTicks,
    segmentBounds: toSpan(view.startTicks(firstIndex), view.endTicks(endIndex - 1)),
    missing: [...findMissing(timeline, view, request, [firstIndex, endIndex], isEnd), ...beyond],
    warnings: rangeWarnings(timeline, clock, [isStart ? firstIndex : firstIndex - 1, endIndex]),
  };
};

const notYet = (timeline: Timeline, view: ClockView, request: Request, availableEndTicks: number): NotYet => {
  const { clock, startTicks, endTicks } = request;
  const soFar = { ...request, endTicks: Math.min(endTicks, availableEndTicks) };
  const [first, end] = startTicks < soFar.endTicks ? findSegments(timeline, view, soFar) : [0, 0];
  return {
    kind: 'not-yet',
    clock,
    neededEndMs: toMs(endTicks),
    availableEndMs: toMs(availableEndTicks),
    ...(end > first && {
      available: { ...resolve(timeline, view, soFar), requested: toSpan(startTicks, endTicks) },
    }),
  };
};

/** The recording's end comes before the range's: that far it can be taken, and the rest is told as missing. */
const shortOf = (timeline: Timeline, view: ClockView, request: Request, recordedEndTicks: number): ResolvedRange => {
  checkInside({ ...request, endTicks: Math.min(request.endTicks, recordedEndTicks) }, boundsOf(timeline, view));
  const resolved = resolve(timeline, view, request);
  resolved.missing.push({ ...toSpan(recordedEndTicks, request.endTicks), reason: 'not-recorded' });
  return resolved;
};

/** What of a timeline a range asks for, or that a growing recording has not come so far. Throws TimelineError. */
export const resolveRange = (
  timeline: Timeline,
  range: ClipRange,
  options: ResolveOptions = {},
): ResolvedRange | NotYet => {
  if (range.kind === 'whole') return wholeRange(timeline, options);
  if (range.kind === 'segments') return segmentsRange(timeline, range, options);
  checkLength(range.durationMs, options);
  const request = toRequest(range, timeline);
  const view = viewClock(timeline, request.clock);
  const bounds = boundsOf(timeline, view);
  const waits = timeline.growing && options.waitForGrowth !== false;
  if (waits && request.endTicks > bounds.endTicks) {
    // A start that was never recorded will not come by waiting.
    checkInside(request, { startTicks: bounds.startTicks, endTicks: request.endTicks });
    return notYet(timeline, view, request, bounds.endTicks);
  }
  const isShort = request.startTicks < bounds.endTicks && request.endTicks > bounds.endTicks + HOLE_TOLERANCE_TICKS;
  if (options.allowShort === true && isShort) {
    return shortOf(timeline, view, request, bounds.endTicks);
  }
  if (timeline.growing || options.wasGrowing === true) checkReached(request, bounds.endTicks);
  checkInside(request, bounds);
  const resolved = resolve(timeline, view, request);
  const { tailMs } = options;
  const lacksTail = tailMs !== undefined && !hasTail(timeline.segments.slice(resolved.endIndex), tailMs);
  return waits && lacksTail ? notYet(timeline, view, request, bounds.endTicks) : resolved;
};
