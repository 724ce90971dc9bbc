import type { MeasuredCut } from '@clipfleet/contracts';
import type { CompletedTask, ExportRecord, ExportResult, PlanSummary, WrittenObject } from '@clipfleet/ledger';
import { type Coverage, type PlanWarning, type Span, ticksToMs } from '@clipfleet/timeline';

/** What assembly adds to what the tasks did. */
export interface Made {
  sizeBytes: number;
  /** Bytes that the gateway itself wrote: headers, playlists. */
  gatewayBytes: number;
  /** The output, and what lies beside it. */
  written: readonly WrittenObject[];
  warnings?: PlanWarning[];
}

/** What a finished export tells, from its plan and from what the workers measured. */
export const exportResult = (
  record: ExportRecord & { plan: PlanSummary },
  tasks: readonly CompletedTask[],
  made: Omit<Made, 'written'>,
): ExportResult => {
  const results = tasks.map((task) => task.result);
  const storyboard = results.find((result) => result.storyboard)?.storyboard;
  const encodedCounts = results.flatMap((result) => result.encodedFrameCount ?? []);
  const frameCounts = results.map((result) => result.cut?.videoFrameCount).filter((count) => count !== undefined);
  return {
    ...coverageOf(record.plan, results),
    sizeBytes: made.sizeBytes,
    storeCopyBytes: sum(results.map((result) => result.storeCopyBytes)),
    workerBytes: sum(results.map((result) => result.workerBytes)) + made.gatewayBytes,
    ...(tasks.length > 0 && frameCounts.length === tasks.length && { videoFrameCount: sum(frameCounts) }),
    ...(encodedCounts.length > 0 && { encodedFrameCount: sum(encodedCounts) }),
    ...(storyboard && { storyboard }),
    warnings: withoutRepeats([
      ...record.plan.warnings,
      ...results.flatMap((result) => result.warnings),
      ...(made.warnings ?? []),
    ]),
  };
};

type Cuts = readonly (MeasuredCut | undefined)[];

/** Deltas count from the requested cut; what no task has measured is as planned. */
const achievedSpan = ({ requested, planned }: Coverage, cuts: Cuts): Span => {
  const start = cuts.find((cut) => cut?.startDeltaTicks !== undefined)?.startDeltaTicks;
  const end = cuts.findLast((cut) => cut?.endDeltaTicks !== undefined)?.endDeltaTicks;
  return {
    startMs: start === undefined ? planned.startMs : requested.startMs + ticksToMs(start),
    endMs: end === undefined ? planned.endMs : requested.endMs + ticksToMs(end),
  };
};

/** Of an edit of several clips also each clip's. */
const coverageOf = (
  { coverage, clips }: PlanSummary,
  results: readonly CompletedTask['result'][],
): Pick<ExportResult, 'coverage' | 'clips'> => {
  const cuts = results.map((result) => result.cut);
  if (clips === undefined) return { coverage: { ...coverage, achieved: achievedSpan(coverage, cuts) } };
  const clipCuts = results.flatMap((result) => result.clipCuts ?? []);
  const covered = clips.map((clip, index) => ({
    ...clip,
    achieved: achievedSpan(
      clip,
      clipCuts.filter(({ clipIndex }) => clipIndex === index),
    ),
  }));
  const [first, last] = [covered[0], covered.at(-1)!];
  const achieved = {
    startMs: first.achieved.startMs - first.requested.startMs,
    endMs: coverage.requested.endMs + last.achieved.endMs - last.requested.endMs,
  };
  return { coverage: { ...coverage, achieved }, clips: covered };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Many ranges may say the same. */
const withoutRepeats = (warnings: PlanWarning[]): PlanWarning[] => [
  ...new Map(warnings.map((warning) => [`${warning.code}\n${warning.message}`, warning])).values(),
];
