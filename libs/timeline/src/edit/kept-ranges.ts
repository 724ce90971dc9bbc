import { TICKS_PER_SECOND } from '../ticks.js';
import type { Segment } from '../timeline/timeline.js';

/** A half-open stretch `[start, end)` of whole units: ticks, or indexes of segments. */
export interface UnitRange {
  start: number;
  end: number;
}

/** EXTINFs are rounded, and so are times that people read off a player: less than this of a segment does not touch it. */
const SLACK_TICKS = TICKS_PER_SECOND / 20;

/** In order, joined where they meet. */
const union = (ranges: readonly UnitRange[]): UnitRange[] => {
  const joined: UnitRange[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start >= end) continue;
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
};

/** `from` and `without` in order and apart from each other. */
const difference = (from: readonly UnitRange[], without: readonly UnitRange[]): UnitRange[] =>
  from.flatMap(({ start, end }) => {
    const kept: UnitRange[] = [];
    let at = start;
    for (const hole of without) {
      if (hole.end <= at || hole.start >= end) continue;
      if (hole.start > at) kept.push({ start: at, end: hole.start });
      at = hole.end;
    }
    return at < end ? [...kept, { start: at, end }] : kept;
  });

/** Of `[0, total)` what is included (all, where nothing is said) and then not excluded: in order, joined where it meets. */
export const keptRanges = (
  total: number,
  include: readonly UnitRange[] | undefined,
  exclude: readonly UnitRange[] = [],
): UnitRange[] => difference(union(include ?? [{ start: 0, end: total }]), union(exclude));

/** The segments that each range of ticks touches, as indexes; those of neighbours may be the same. */
export const touchedSegments = (
  segments: readonly Pick<Segment, 'startTicks' | 'durationTicks'>[],
  ranges: readonly UnitRange[],
): UnitRange[] =>
  ranges.map(({ start, end }) => {
    const slack = Math.min(SLACK_TICKS, Math.floor((end - start) / 4));
    const endsBehind = ({ startTicks, durationTicks }: (typeof segments)[0]) =>
      startTicks + durationTicks > start + slack;
    const first = Math.min(
      lowerBound(segments.length, (index) => endsBehind(segments[index])),
      segments.length - 1,
    );
    const behind = lowerBound(segments.length, (index) => segments[index].startTicks >= end - slack);
    return { start: first, end: Math.max(behind, first + 1) };
  });

/** The first index that has come so far; times go up with the index. */
const lowerBound = (count: number, isReached: (index: number) => boolean): number => {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isReached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};
