import { expect, test } from '@jest/globals';
import type { NotYet } from '@clipfleet/timeline';
import { askAgainInMs } from './live-edge.js';

const HOUR_MS = 3_600_000;
const waiting = (untilEndMs: number): NotYet => ({
  kind: 'not-yet',
  clock: 'recording',
  availableEndMs: 1000,
  neededEndMs: 1000 + untilEndMs,
});

test.each([
  ['half a segment near the end', 10_000, 6, 120_000, 3_000],
  ['half a segment at the end', 0, 6, 120_000, 3_000],
  ['a sixteenth of what is missing', 160_000, 6, 120_000, 10_000],
  ['half a minute at most', 24 * HOUR_MS, 6, 240_000, 30_000],
  ['soon enough to see that the recorder has stopped', 24 * HOUR_MS, 6, 2_000, 500],
])('a growing recording is looked at again after %s', (_what, untilEndMs, segmentSeconds, liveWaitMs, expected) => {
  expect(askAgainInMs(waiting(untilEndMs), segmentSeconds, liveWaitMs)).toBe(expected);
});

test('a day is waited for with far fewer looks than deliveries a message may have', () => {
  let looks = 0;
  for (let leftMs = 24 * HOUR_MS; leftMs > 0; looks++) leftMs -= askAgainInMs(waiting(leftMs), 6, 120_000);
  expect(looks).toBeLessThan(3_500);
});
