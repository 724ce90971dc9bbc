import type { PlacedRun } from './place-runs.js';

/**
 * Ranges that were encoded apart have the decoding times of `sortedDecodingTimes`: the sorted presentation times less a delay
 * of their own. With one delay for all, the greatest, decoding times go on over the ranges' borders as presentation does.
 */
export function shareDelay(runs: readonly PlacedRun[]): void {
  const video = runs.flatMap(({ spans }) => spans.filter(({ span }) => span.kind === 'video'));
  const delays = video.map(({ span }) => span.firstPtsTicks - span.firstDtsTicks);
  const greatestTicks = Math.max(0, ...delays);
  video.forEach((placed, i) => {
    placed.earlierTicks = greatestTicks - delays[i];
  });
}
