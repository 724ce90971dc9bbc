import type { RunLengthTable } from '../bytes/run-length-table.js';

/** A stretch without pictures, on the output's clock: the one before it stands still. */
export interface PictureHole {
  readonly startTicks: number;
  readonly endTicks: number;
}

/** Slow recordings show a picture for long. */
const MIN_HOLE_TICKS = 90_000;
const TIMES_THE_USUAL = 10;

/**
 * Pictures that are shown far longer than the others: what a segment that was cut off, or one that is missing without a word,
 * leaves behind. `durations` in decode order, from `firstDtsTicks` on.
 */
export function pictureHoles({ counts, values }: RunLengthTable, firstDtsTicks: number): PictureHole[] {
  const pictureCount = counts.reduce((sum, count) => sum + count, 0);
  const usual = usualDuration(counts, values, pictureCount);
  const least = Math.max(MIN_HOLE_TICKS, TIMES_THE_USUAL * usual);
  const holes: PictureHole[] = [];
  let dtsTicks = firstDtsTicks;
  values.forEach((value, run) => {
    const holeCount = value > least ? counts[run] : 0;
    for (let i = 0; i < holeCount; i++) {
      const startTicks = Math.max(0, dtsTicks + i * value + usual);
      const endTicks = dtsTicks + (i + 1) * value;
      if (endTicks > startTicks) holes.push({ startTicks, endTicks });
    }
    dtsTicks += value * counts[run];
  });
  return holes;
}

/** The duration in the middle: half of the pictures are shown no longer. */
function usualDuration(counts: readonly number[], values: readonly number[], pictureCount: number): number {
  const order = values.map((_, run) => run).sort((a, b) => values[a] - values[b]);
  let seen = 0;
  for (const run of order) {
    seen += counts[run];
    if (seen * 2 >= pictureCount) return values[run];
  }
  return 0;
}

const MAX_TOLD = 5;
const seconds = (ticks: number): string => (ticks / 90_000).toFixed(3);

/** In words; undefined: there is none. */
export function tellHoles(holes: readonly PictureHole[]): string | undefined {
  if (holes.length === 0) return undefined;
  const told = holes
    .slice(0, MAX_TOLD)
    .map(({ startTicks, endTicks }) => `${seconds(startTicks)} to ${seconds(endTicks)} s`);
  const more = holes.length > MAX_TOLD ? ` and ${holes.length - MAX_TOLD} more times` : '';
  return `The recording has no pictures from ${told.join(', ')}${more} of the output: segments were cut off or are missing.`;
}
