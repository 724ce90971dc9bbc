import { IsobmffError } from '../isobmff-error.js';
import type { RangeReport } from '../report/range-report.js';
import { type ClipWindow, samplesOf } from './lane.js';
import { type PlacedRun, type PlacedSpan, placeRuns } from './place-runs.js';

/** The ranges of one clip. */
export interface ClipRanges {
  readonly reports: readonly RangeReport[];
  /** Of all ranges of the output, what is beside them counted. */
  readonly firstRangeIndex: number;
  /** Of tracks that no range has: the first of the output, of its only clip. */
  readonly besides: readonly RangeReport[];
  readonly runs: readonly PlacedRun[];
}

/** Consecutive ranges of one clip each, placed on a time axis of the clip's own; `besides` can only be one clip's. */
export function groupByClip(reports: readonly RangeReport[], besides: readonly RangeReport[] = []): ClipRanges[] {
  const groups: { reports: RangeReport[]; firstRangeIndex: number }[] = [];
  reports.forEach((report, position) => {
    const open = groups.at(-1);
    if (open !== undefined && open.reports[0].clipIndex === report.clipIndex) open.reports.push(report);
    else groups.push({ reports: [report], firstRangeIndex: besides.length + position });
  });
  if (groups.length > 1 && besides.length > 0)
    throw new IsobmffError('report-invalid', 'tracks beside the ranges of several clips');
  return groups
    .map((group) => ({ ...group, besides, runs: placeRuns(group.reports, besides, group.firstRangeIndex) }))
    .filter(({ runs }) => runs.length > 0);
}

/** Where showing begins: at the cut, else with the first sample of whatever track starts first. */
export function originOf({ reports, runs }: ClipRanges): number {
  const [{ spans }] = runs;
  return (
    cutStartOf(reports, spans) ?? Math.min(...spans.map(({ span, offsetTicks }) => span.firstPtsTicks + offsetTicks))
  );
}

/** Where showing ends, if there is a cut; undefined: with the last sample. */
export function cutEndOf({ reports, runs, firstRangeIndex }: ClipRanges): number | undefined {
  const lastIndex = firstRangeIndex + reports.length - 1;
  const { endTicks } = reports[reports.length - 1].shown;
  const spans = runs.at(-1)?.spans.filter(({ rangeIndex }) => rangeIndex === lastIndex) ?? [];
  if (endTicks === undefined || spans.length === 0) return undefined;
  return endTicks + referenceSpan(spans).offsetTicks;
}

const cutStartOf = ([{ shown }]: readonly RangeReport[], spans: readonly PlacedSpan[]): number | undefined =>
  shown.startTicks === undefined ? undefined : shown.startTicks + referenceSpan(spans).offsetTicks;

/** Cuts are told on the clock of the video, where there is one. */
const referenceSpan = (spans: readonly PlacedSpan[]): PlacedSpan =>
  spans.find(({ span }) => span.kind === 'video') ?? spans[0];

/**
 * Clips one after another: each is shown from its cut, or else its first keyframe, to its cut, or else the end of its last
 * picture. Without video, from its first to its last sample.
 */
export function windowsOf(clips: readonly ClipRanges[]): ClipWindow[] {
  let startTicks = 0;
  return clips.map((clip, index) => {
    const originTicks = cutStartOf(clip.reports, clip.runs[0].spans) ?? firstShown(clip);
    const durationTicks = Math.max(0, (cutEndOf(clip) ?? lastShown(clip)) - originTicks);
    const window = {
      reports: clip.reports,
      originTicks,
      durationTicks,
      startTicks,
      isLast: index === clips.length - 1,
    };
    startTicks += durationTicks;
    return window;
  });
}

/** PTS of the first keyframe of the first video track; of the first sample where there is no video. */
function firstShown(clip: ClipRanges): number {
  const spans = clip.runs.flatMap((run) => run.spans);
  const video = spans.find(({ span }) => span.kind === 'video');
  const shown = spans.filter(({ span }) => (video === undefined ? true : span.pid === video.span.pid));
  const noWindow = { reports: clip.reports, originTicks: 0, durationTicks: 0, startTicks: 0, isLast: false };
  for (const { sample, dtsTicks } of samplesOf(shown, noWindow))
    if (sample.keyframe) return dtsTicks + sample.offsetTicks;
  return originOf(clip);
}

function lastShown({ runs }: ClipRanges): number {
  const { spans } = runs[runs.length - 1];
  const video = spans.filter(({ span }) => span.kind === 'video');
  const shown = video.length > 0 ? video : spans;
  return Math.max(...shown.map(({ span, offsetTicks }) => span.maxEndTicks + offsetTicks));
}
