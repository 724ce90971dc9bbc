import { type ResolvedRange, stretchOf } from './resolve-range.js';
import type { Timeline } from './timeline.js';

/** A stretch of a recording that lies in one bucket. */
export interface BucketStretch {
  /** Undefined: the playlist's own. */
  bucket: string | undefined;
  /** What lies in other buckets is a gap in it: nothing is looked for there. */
  timeline: Timeline;
  range: ResolvedRange;
}

/** A range as stretches of one bucket each, in order: workers read a clip from one bucket. */
export const stretchesByBucket = (timeline: Timeline, range: ResolvedRange): BucketStretch[] => {
  const { segments } = timeline;
  if (segments.every(({ bucket }) => bucket === undefined)) return [{ bucket: undefined, timeline, range }];
  const ofBucket = new Map<string | undefined, Timeline>();
  const timelineIn = (bucket: string | undefined): Timeline => {
    const known = ofBucket.get(bucket);
    if (known) return known;
    const inBucket = segments.map((segment) => (segment.bucket === bucket ? segment : { ...segment, gap: true }));
    ofBucket.set(bucket, { ...timeline, segments: inBucket });
    return timelineIn(bucket);
  };
  const stretches: BucketStretch[] = [];
  for (let first = range.firstIndex; first < range.endIndex;) {
    const { bucket } = segments[first];
    let end = first + 1;
    while (end < range.endIndex && segments[end].bucket === bucket) end += 1;
    stretches.push({ bucket, timeline: timelineIn(bucket), range: ownRange(timeline, range, [first, end]) });
    first = end;
  }
  return stretches;
};

/** Requests of stretches follow each other, as those of clips do. */
const ownRange = (timeline: Timeline, whole: ResolvedRange, span: [number, number]): ResolvedRange => {
  const stretch = stretchOf(timeline, whole, span);
  const { requested, segmentBounds } = stretch;
  return {
    ...stretch,
    requested: {
      startMs: Math.max(requested.startMs, segmentBounds.startMs),
      endMs: Math.min(requested.endMs, segmentBounds.endMs),
    },
  };
};
