import type { CompletedTask, ExportRecord, ExportResult, PlanSummary } from '@clipfleet/ledger';
import { type PlanWarning, ticksToMs } from '@clipfleet/timeline';

/** What assembly adds to what the tasks did. */
export interface Made {
  sizeBytes: number;
  /** Bytes that the gateway itself wrote: headers, playlists. */
  gatewayBytes: number;
  warnings?: PlanWarning[];
}

/** What a finished export tells, from its plan and from what the workers measured. */
export const exportResult = (
  record: ExportRecord & { plan: PlanSummary },
  tasks: readonly CompletedTask[],
  made: Made,
): ExportResult => {
  const results = tasks.map((task) => task.result);
  const storyboard = results.find((result) => result.storyboard)?.storyboard;
  const frameCounts = results.map((result) => result.cut?.videoFrameCount).filter((count) => count !== undefined);
  return {
    coverage: { ...record.plan.coverage, achieved: achievedSpan(record.plan, tasks) },
    sizeBytes: made.sizeBytes,
    storeCopyBytes: sum(results.map((result) => result.storeCopyBytes)),
    workerBytes: sum(results.map((result) => result.workerBytes)) + made.gatewayBytes,
    ...(tasks.length > 0 && frameCounts.length === tasks.length && { videoFrameCount: sum(frameCounts) }),
    ...(storyboard && { storyboard }),
    warnings: withoutRepeats([
      ...record.plan.warnings,
      ...results.flatMap((result) => result.warnings),
      ...(made.warnings ?? []),
    ]),
  };
};

/** Deltas count from the requested cut; a task without a cut there leaves what was planned. */
const achievedSpan = ({ coverage }: PlanSummary, tasks: readonly CompletedTask[]) => {
  const { requested, planned } = coverage;
  const start = tasks.find((task) => task.result.cut?.startDeltaTicks !== undefined)?.result.cut?.startDeltaTicks;
  const end = tasks.findLast((task) => task.result.cut?.endDeltaTicks !== undefined)?.result.cut?.endDeltaTicks;
  return {
    startMs: start === undefined ? planned.startMs : requested.startMs + ticksToMs(start),
    endMs: end === undefined ? planned.endMs : requested.endMs + ticksToMs(end),
  };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Many ranges may say the same. */
const withoutRepeats = (warnings: PlanWarning[]): PlanWarning[] => [
  ...new Map(warnings.map((warning) => [`${warning.code}\n${warning.message}`, warning])).values(),
];
