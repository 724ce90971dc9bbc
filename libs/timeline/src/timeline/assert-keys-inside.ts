import type { Timeline } from './timeline.js';
import { TimelineError } from './timeline-error.js';

/**
 * A playlist is written by whoever may write its folder: its addresses must not reach objects that the reader of the
 * playlist may not read. `prefixes`: of keys that may be read; an empty prefix is the whole bucket.
 */
export const assertKeysInside = (timeline: Timeline, prefixes: readonly string[]): void => {
  const isInside = (key: string): boolean => prefixes.some((prefix) => key.startsWith(prefix));
  for (const { key, cipher, map } of timeline.segments) {
    const outside = [key, cipher?.keyObjectKey, map?.key].find((each) => each !== undefined && !isInside(each));
    if (outside === undefined) continue;
    const text = `The playlist names ${JSON.stringify(outside)}, which is outside what may be read.`;
    throw new TimelineError('unsupported-source', text, { key: outside });
  }
};
