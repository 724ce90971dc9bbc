import type { Output } from '../../edit/output.js';
import { TimelineError } from '../../timeline/timeline-error.js';
import { fitCodecs } from '../codec-fit.js';
import { type Cut, cutEdges, sumBytes } from '../cut.js';
import { stretchOf } from '../../timeline/resolve-range.js';
import { assertPartsFit } from '../part-bytes.js';
import type { Piece } from '../piece.js';
import type { Coverage, Plan, PlanGrowth, PlanSummary, PlanWarning } from '../plan.js';
import type { PlanAbilities, PlanLimits, SegmentProbe } from '../plan-input.js';
import { keptWarnings } from '../plan-media.js';
import { remuxFields } from '../remux-ranges.js';
import { tailAfter, type SelectedPieces } from '../select-pieces.js';
import type { PlannedTask } from '../task.js';
import { truncationWarnings } from '../truncated.js';
import { groupParts, layoutPieces, toTsTask } from '../ts-tasks.js';
import { growParts } from './grow-parts.js';
import { type GrowingClip, selectGrowing, shareUpTo, withoutMissingEdge } from './grow-pieces.js';
import { growRanges } from './grow-ranges.js';

export interface GrowthInput {
  output: Output;
  /** Its range: what is there and not planned yet. */
  clip: GrowingClip;
  abilities: PlanAbilities;
  limits: PlanLimits;
  /** The plan so far. Absent: this is its beginning. */
  soFar: PlanSummary | undefined;
  /** The clip reaches the range's end, or as far as it ever will. */
  isLast: boolean;
}

/** What a step adds, for either way of making the output. */
interface Addition {
  tasks: PlannedTask[];
  /** How many of the pieces they take. */
  pieceCount: number;
  warnings: PlanWarning[];
  /** What the next step has to know. */
  known: Pick<PlanGrowth, 'nextPartNumber' | 'firstProbe' | 'programBase64'>;
}

interface Step extends GrowthInput {
  selected: SelectedPieces;
  cut: Cut;
}

/**
 * Whether an output can be worked on while its recording grows: every byte of it is decided by what lies around it. Not so
 * what one process makes as a whole, nor a cut that would have to encode.
 */
export const canGrow = (output: Output, abilities: PlanAbilities): boolean => {
  const { container, codec, pipeline, cutMode, exact, clean, storeCopy } = output;
  if (codec.kind !== 'copy' || pipeline !== 'auto' || exact?.by === 'reencode') return false;
  if (container === 'ts') return cutMode !== 'exact' && clean !== true && storeCopy && !abilities.equalParts;
  return container === 'mp4' || container === 'mov';
};

/** What behind the range is waited for, at least a segment; undefined: nothing. A ts is cut from the range's own bytes. */
export const awaitedTailMs = ({ container }: Output, limits: PlanLimits): number | undefined =>
  container === 'mp4' || container === 'mov' ? limits.tailMs : undefined;

/**
 * The next step of a plan whose recording still grows: the tasks for what has come since, and where it goes on; undefined:
 * not enough has come. With `isLast` the plan is whole. Pure: which of two answers to one step counts is the ledger's to say.
 */
export const growPlan = (input: GrowthInput): Plan | undefined => {
  const { output, limits, isLast } = input;
  const clip = isLast ? input.clip : withoutMissingEdge(input.clip);
  if (clip === undefined) return undefined;
  const selected = selectGrowing(clip, output, limits);
  if (input.soFar === undefined && !isLast && sumBytes(selected.pieces) <= limits.smallOutputBytes) return undefined;
  const step: Step = { ...input, clip, selected, cut: cutOf(input, clip, selected) };
  const addition = output.container === 'ts' ? addParts(step) : addRanges(step, output.container as 'mp4' | 'mov');
  if (addition === undefined || addition.tasks.length === 0) return undefined;
  return summarise(step, addition);
};

/** The start is cut in the first step, the end in the last. */
const cutOf = ({ output, limits, soFar, isLast }: GrowthInput, clip: GrowingClip, selected: SelectedPieces): Cut => {
  const { trimStart, trimEnd, lead, warnings, ...rest } = cutEdges(clip, selected, output.cutMode, limits);
  const isFirst = soFar === undefined;
  return {
    ...rest,
    lead: isFirst ? lead : [],
    ...(isFirst && trimStart && { trimStart }),
    ...(isLast && trimEnd && { trimEnd }),
    warnings: isFirst ? warnings : [],
  };
};

/** What has come must be made as a whole: nothing is planned before its end, and what was is in vain. */
const asWhole = ({ soFar }: Step, reason: string): undefined => {
  if (soFar === undefined) return undefined;
  const text = `Inside the range ${reason}: what was made of it so far does not fit.`;
  throw new TimelineError('unsupported-source', text, { planAnew: true });
};

const addParts = (step: Step): Addition | undefined => {
  const { output, clip, selected, cut, abilities, limits, isLast } = step;
  const { pieces } = selected;
  const crossings = pieces.at(-1)!.runIndex;
  // a clock that goes on over a discontinuity is made by one who has all of it
  if (output.clean !== false && crossings > 0) return asWhole(step, 'the clock of the recording jumps');
  const { nextPartNumber = 1, taskCount = 0 } = clip.growth ?? {};
  const inDestination = clip.source.storeId === output.destination.storeId;
  const objectBytes = (key: string): number => clip.sizes.get(key)!;
  const clips = [{ clipIndex: 0, pieces, cut, objectBytes, inDestination, after: [] }];
  const { storeCopy, equalParts } = abilities;
  const job = {
    clips,
    cutMode: output.cutMode,
    storeCopy,
    oneTask: false,
    equalParts,
    clean: false,
    encodesEdges: false,
  };
  const shares = (piece: Piece): number => shareUpTo(clip, piece.segmentIndex);
  const items = layoutPieces(clips[0]);
  const parts = growParts({ items, storeCopy, nextPartNumber, taskCount, shareUpTo: shares, isLast }, limits);
  const groups = parts.length === 0 ? [] : groupParts(parts, limits);
  const last = parts.at(-1)?.pieces.at(-1);
  return {
    tasks: groups.map((group) => toTsTask(job, group)),
    pieceCount: pieces.findIndex(({ segmentIndex }) => segmentIndex === last?.segmentIndex) + 1,
    warnings: isLast ? keptWarnings(output, crossings) : [],
    known: { nextPartNumber: nextPartNumber + parts.length },
  };
};

const addRanges = (step: Step, container: 'mp4' | 'mov'): Addition | undefined => {
  const { output, clip, selected, cut, limits, isLast } = step;
  const { pieces } = selected;
  const { growth } = clip;
  const found = runProbes(clip, pieces);
  const probes = [...(growth?.firstProbe ? [growth.firstProbe] : []), ...found.values()];
  const fit = fitCodecs(container, probes);
  if (fit.way !== 'remux') return asWhole(step, fit.reason!);
  const shares = (piece: Piece): number => shareUpTo(clip, piece.segmentIndex);
  const ranges = growRanges({ pieces, rangeCount: growth?.taskCount ?? 0, shareUpTo: shares, isLast }, limits);
  const programOf = programLookup(pieces, found, growth);
  const after = selected.hasOutEdge ? tailAfter(clip, pieces.at(-1)!, limits) : { tail: [] };
  const job = { clips: [{ clipIndex: 0, pieces, cut, after }], container, cutMode: output.cutMode, programOf };
  const pieceCount = ranges.flat().length;
  const last = pieces.at(pieceCount - 1);
  const programBase64 = last && programOf(last);
  return {
    tasks: ranges.map((range, index) => {
      const place = placeOf((growth?.taskCount ?? 0) + index, isLast && index === ranges.length - 1, limits);
      const task = { ...remuxFields(job, range, limits), ...place };
      assertPartsFit(task, limits);
      return task;
    }),
    pieceCount,
    warnings: fit.warnings,
    known: { nextPartNumber: 1, firstProbe: probes[0], ...(programBase64 !== undefined && { programBase64 }) },
  };
};

/** How many ranges there will be only the last one can say: all have the part numbers of as many as there may be. */
const placeOf = (rangeIndex: number, isLast: boolean, { maxParts, maxGrowingRanges }: PlanLimits) => {
  const block = Math.floor((maxParts - 1) / maxGrowingRanges);
  return {
    rangeIndex,
    rangeCount: isLast ? rangeIndex + 1 : maxGrowingRanges,
    partBlock: { firstPartNumber: 2 + rangeIndex * block, partCount: block },
  };
};

/** Probes of the pieces that begin runs, by run. */
const runProbes = (clip: GrowingClip, pieces: Piece[]): Map<number, SegmentProbe> => {
  const probes = new Map<number, SegmentProbe>();
  for (const { segmentIndex, runIndex } of pieces) {
    const probe = clip.probes.get(segmentIndex);
    if (probe !== undefined && runIndex !== clip.growth?.runIndex && !probes.has(runIndex)) probes.set(runIndex, probe);
  }
  return probes;
};

const programLookup = (
  pieces: Piece[],
  probes: ReadonlyMap<number, SegmentProbe>,
  growth: PlanGrowth | undefined,
): ((piece: Piece) => string | undefined) => {
  const programs = new Map(pieces.map(({ runIndex }) => [runIndex, probes.get(runIndex)?.programBase64]));
  if (growth !== undefined && programs.get(growth.runIndex) === undefined) {
    programs.set(growth.runIndex, growth.programBase64);
  }
  return (piece) => programs.get(piece.runIndex);
};

const summarise = (step: Step, { tasks, pieceCount, warnings, known }: Addition): Plan => {
  const { output, clip, selected, cut, soFar, isLast } = step;
  const last = selected.pieces[pieceCount - 1];
  const taskCount = (clip.growth?.taskCount ?? 0) + tasks.length;
  const { segmentIndex: index, runIndex, key } = last;
  const growth = { step: (clip.growth?.step ?? 0) + 1, lastSegment: { index, key }, runIndex, taskCount, ...known };
  const cutOff = truncationWarnings(selected.pieces.slice(0, pieceCount));
  const told = [...clip.timeline.warnings, ...clip.range.warnings, ...cutOff, ...cut.warnings, ...warnings];
  return {
    strategy: output.container === 'ts' ? 'ts-parts' : 'remux-ranges',
    ...(reasonOf(step) !== undefined && { reason: reasonOf(step), fallbacks: ['no-store-copy' as const] }),
    tasks,
    header: output.container === 'ts' ? 'none' : 'merge',
    coverage: coverageOf(step, last),
    warnings: withoutRepeats([...(soFar?.warnings ?? []), ...told]),
    ...(!isLast && { growth }),
  };
};

const reasonOf = ({ output, clip, abilities }: Step): string | undefined =>
  output.container === 'ts' && !(abilities.storeCopy && clip.source.storeId === output.destination.storeId)
    ? 'the stores cannot copy from source to destination'
    : undefined;

/** Of what was planned before and is planned now. */
const coverageOf = (step: Step, last: Piece): Coverage => {
  const { output, clip, limits, selected, soFar, isLast } = step;
  const { timeline, range } = clip;
  const endIndex = isLast ? range.endIndex : last.segmentIndex + 1;
  const planned = { ...clip, range: stretchOf(timeline, range, [range.firstIndex, endIndex]) };
  const { missing } = selectGrowing(planned, output, limits);
  const { requested, clock } = range;
  const edge = (index: number, at: 'startMs' | 'endMs'): number =>
    stretchOf(timeline, range, [index, index + 1]).segmentBounds[at];
  const startMs = edge(selected.pieces[0].segmentIndex, 'startMs');
  const endMs = edge(last.segmentIndex, 'endMs');
  const whole = output.cutMode === 'segment';
  return {
    clock,
    requested,
    segmentBounds: {
      startMs: soFar?.coverage.segmentBounds.startMs ?? range.segmentBounds.startMs,
      endMs: planned.range.segmentBounds.endMs,
    },
    planned: {
      startMs: soFar?.coverage.planned.startMs ?? (whole ? startMs : Math.max(startMs, requested.startMs)),
      endMs: whole ? endMs : Math.min(endMs, requested.endMs),
    },
    missing: [...(soFar?.coverage.missing ?? []), ...missing],
  };
};

const withoutRepeats = (warnings: PlanWarning[]): PlanWarning[] => [
  ...new Map(warnings.map((warning) => [`${warning.code}\n${warning.message}`, warning])).values(),
];
