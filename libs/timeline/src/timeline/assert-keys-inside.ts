import type { Timeline } from './timeline.js';
import { TimelineError } from './timeline-error.js';

/**
 * A playlist is written by whoever may write its folder: its addresses must not reach objects that the reader of the
 * playlist may not read. `prefixesIn`: of keys of a bucket (undefined: the playlist's own) that may be read; an empty prefix is
 * the whole bucket.
 */
export const assertKeysInside = (
  timeline: Timeline,
  prefixesIn: (bucket: string | undefined) => readonly string[],
): void => {
  const known = new Map<string | undefined, readonly string[]>();
  for (const { key, bucket, cipher, map } of timeline.segments) {
    const prefixes = known.get(bucket) ?? prefixesIn(bucket);
    known.set(bucket, prefixes);
    const isInside = (each: string): boolean => prefixes.some((prefix) => each.startsWith(prefix));
    const outside = [key, cipher?.keyObjectKey, map?.key].find((each) => each !== undefined && !isInside(each));
    if (outside === undefined) continue;
    const text = `The playlist names ${JSON.stringify(outside)}, which is outside what may be read.`;
    throw new TimelineError('unsupported-source', text, { key: outside });
  }
};
