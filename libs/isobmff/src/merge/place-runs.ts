import type { RangeReport, RangeSpan } from '../report/range-report.js';

/** PTS and DTS have 33 bits (ISO/IEC 13818-1 §2.4.3.7). */
const WRAP_TICKS = 2 ** 33;
/** A jump beyond 10 s is another clock, as inside a range: what is missing there is not waited for. */
const MAX_JUMP_TICKS = 900_000;

/** A span on the output's time axis: add `offsetTicks` to its times. */
export interface PlacedSpan {
  readonly span: RangeSpan;
  readonly rangeIndex: number;
  readonly spanIndex: number;
  offsetTicks: number;
  /** Decoding begins this much earlier than the span says: encoded ranges share the greatest delay of them. */
  earlierTicks: number;
}

/** What shares one continuous clock, over as many ranges as it lasts. */
export interface PlacedRun {
  readonly runIndex: number;
  readonly spans: PlacedSpan[];
}

/**
 * One time axis for all ranges. Inside a run the samples' own clock goes on, the 33-bit wrap taken out. A new run
 * begins where the one before ended: its earliest picture follows the last picture, so that video has neither hole nor
 * overlap; where one of both has no video, whatever is earliest follows whatever is last.
 *
 * `besides` have other tracks of the same runs, from the first to the last: they come first in the payload, so that the first
 * of the reports has the index behind theirs. `firstRangeIndex`: its index, where reports of other clips come before.
 */
export function placeRuns(
  reports: readonly RangeReport[],
  besides: readonly RangeReport[] = [],
  firstRangeIndex = besides.length,
): PlacedRun[] {
  const runs: PlacedRun[] = [];
  reports.forEach((report, position) => {
    portionsOf(report, firstRangeIndex + position).forEach((portion, i) => {
      const open = runs.at(-1);
      if (i === 0 && open !== undefined && continues(open, portion)) open.spans.push(...portion.spans);
      else runs.push(portion);
      unwrap(runs[runs.length - 1]);
    });
  });
  besides.forEach((report, rangeIndex) => {
    for (const portion of portionsOf(report, rangeIndex)) placeBeside(runs, portion);
  });
  for (let i = 1; i < runs.length; i++) {
    const shiftTicks = shiftAfter(runs[i - 1], runs[i]);
    for (const placed of runs[i].spans) placed.offsetTicks += shiftTicks;
  }
  return runs;
}

/** Into the run of the same index; a run that nothing else has is one of its own. */
function placeBeside(runs: PlacedRun[], portion: PlacedRun): void {
  const run = runs.find(({ runIndex }) => runIndex === portion.runIndex);
  if (run === undefined) {
    const after = runs.findIndex(({ runIndex }) => runIndex > portion.runIndex);
    unwrap(portion);
    runs.splice(after === -1 ? runs.length : after, 0, portion);
    return;
  }
  const [first] = run.spans;
  const startTicks = first.span.firstDtsTicks + first.offsetTicks;
  for (const placed of portion.spans) placed.offsetTicks = nearestWrap(startTicks - placed.span.firstDtsTicks);
  run.spans.push(...portion.spans);
}

/** A range's spans by run. */
function portionsOf(report: RangeReport, rangeIndex: number): PlacedRun[] {
  const byRun = new Map<number, PlacedSpan[]>();
  report.spans.forEach((span, spanIndex) => {
    const placed = { span, rangeIndex, spanIndex, offsetTicks: 0, earlierTicks: 0 };
    byRun.set(span.runIndex, [...(byRun.get(span.runIndex) ?? []), placed]);
  });
  return [...byRun].sort(([a], [b]) => a - b).map(([runIndex, spans]) => ({ runIndex, spans }));
}

/**
 * A higher run index is a discontinuity that the playlist tells. A lower one is none: the range before has found further
 * runs by itself, by jumps of the clock, and this one goes on with its last, unless the clock jumps again.
 */
function continues(open: PlacedRun, portion: PlacedRun): boolean {
  if (portion.runIndex > open.runIndex) return false;
  const [first] = portion.spans;
  const before = open.spans.findLast(({ span }) => span.pid === first.span.pid) ?? open.spans[open.spans.length - 1];
  const gapTicks = first.span.firstDtsTicks - before.span.lastDtsTicks - before.offsetTicks;
  return Math.abs(gapTicks - nearestWrap(gapTicks)) <= MAX_JUMP_TICKS;
}

const nearestWrap = (ticks: number): number => Math.round(ticks / WRAP_TICKS) * WRAP_TICKS;

/** Each range counts from where its own first stamp lies modulo 2^33: the next is the nearest to where the last ended. */
function unwrap(run: PlacedRun): void {
  const lastByPid = new Map<number, number>();
  let latestTicks = run.spans[0].span.firstDtsTicks;
  for (const placed of run.spans) {
    const { span } = placed;
    const referenceTicks = lastByPid.get(span.pid) ?? latestTicks;
    placed.offsetTicks = nearestWrap(referenceTicks - span.firstDtsTicks);
    latestTicks = span.lastDtsTicks + placed.offsetTicks;
    lastByPid.set(span.pid, latestTicks);
  }
}

const hasVideo = (run: PlacedRun): boolean => run.spans.some(({ span }) => span.kind === 'video');

function shiftAfter(before: PlacedRun, run: PlacedRun): number {
  const byVideo = hasVideo(before) && hasVideo(run);
  const relevant = (spans: PlacedSpan[]): PlacedSpan[] =>
    byVideo ? spans.filter(({ span }) => span.kind === 'video') : spans;
  const ends = relevant(before.spans).map(({ span, offsetTicks }) => span.maxEndTicks + offsetTicks);
  const starts = relevant(run.spans).map(({ span, offsetTicks }) => span.minPtsTicks + offsetTicks);
  return Math.max(...ends) - Math.min(...starts);
}
