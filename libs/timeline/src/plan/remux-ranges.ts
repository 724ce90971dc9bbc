import type { CutMode } from '../edit/output.js';
import { sumBytes } from './cut.js';
import { assertPartsFit } from './part-bytes.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import { rangeCountFor } from './range-count.js';
import { type Tail, takeTail } from './tail.js';
import type { RemuxRangeTask } from './task.js';
import { clipFields, type CutClip, readBytes, type Stretch, stretchesIn } from './task-clips.js';

export interface RemuxClip extends CutClip {
  /** Pieces of the last one's run after the clip. */
  after: Tail;
}

export interface RemuxJob {
  clips: RemuxClip[];
  cutMode: CutMode;
  container: 'mp4' | 'mov';
  /** PAT and PMT of the run a piece belongs to. */
  programOf: (piece: Piece) => string | undefined;
  /** The edges are encoded instead of hidden. */
  encodesEdges?: boolean;
  joinsEarly?: boolean;
}

/**
 * Consecutive pieces in `count` ranges of about equal bytes, or fewer. Each but the last has at least `minRangeBytes`, the
 * first a part more: its first bytes lie behind the header in part 1, and what is left of it must fill a part as well.
 */
export const splitRanges = (pieces: Piece[], count: number, limits: PlanLimits): Piece[][] => {
  const totalBytes = sumBytes(pieces);
  const ranges: Piece[][] = [];
  let open: Piece[] = [];
  let openBytes = 0;
  let passedBytes = 0;
  for (const piece of pieces) {
    open.push(piece);
    openBytes += piece.sizeBytes;
    passedBytes += piece.sizeBytes;
    const least = limits.minRangeBytes + (ranges.length === 0 ? limits.minPartBytes : 0);
    const dueBytes = (totalBytes * (ranges.length + 1)) / count;
    if (openBytes < least || passedBytes < dueBytes || ranges.length === count - 1) continue;
    ranges.push(open);
    open = [];
    openBytes = 0;
  }
  if (open.length > 0) ranges.push(open);
  return ranges;
};

/** A PES that starts in a stretch may end after it, but never beyond its run. */
export const tailOf = ({ clip, pieces }: Stretch<RemuxClip>, limits: PlanLimits): Tail => {
  const last = pieces.at(-1)!;
  const end = clip.pieces.indexOf(last) + 1;
  const inClip = takeTail(sameRun(clip.pieces, end, last), limits);
  if (inClip.tailGoesOn || clip.after.tail[0]?.runIndex !== last.runIndex) return inClip;
  const all = takeTail([...inClip.tail, ...clip.after.tail].values(), limits);
  return { ...clip.after, ...all };
};

function* sameRun(pieces: readonly Piece[], from: number, { runIndex }: Piece): Generator<Piece, undefined> {
  for (let at = from; pieces[at]?.runIndex === runIndex; at++) yield pieces[at];
}

/** What a stretch needs beside its clip's edges. */
const openEnds = (stretch: Stretch<RemuxClip>, { programOf }: RemuxJob, limits: PlanLimits) => {
  const programBase64 = programOf(stretch.pieces[0]);
  return { ...tailOf(stretch, limits), ...(programBase64 !== undefined && { programBase64 }) };
};

const hasEdge = ({ trimStart, trimEnd }: Pick<RemuxRangeTask, 'trimStart' | 'trimEnd'>): boolean =>
  trimStart !== undefined || trimEnd !== undefined;

/** A task for some of the clips' pieces, but for its place among the other ranges. */
export const remuxFields = (
  job: RemuxJob,
  pieces: Piece[],
  limits: PlanLimits,
): Omit<RemuxRangeTask, 'rangeIndex' | 'rangeCount' | 'partBlock'> => {
  const { clips, container, cutMode } = job;
  const stretches = stretchesIn(clips, pieces);
  const ends = stretches.map((stretch) => openEnds(stretch, job, limits));
  const { furtherClips, ...fields } = clipFields(clips, stretches);
  return {
    kind: 'remux-range',
    workBytes: readBytes(stretches) + ends.reduce((sum, { tail }) => sum + sumBytes(tail), 0),
    ...fields,
    container,
    cutMode,
    pieces,
    ...ends[0],
    ...(furtherClips && { furtherClips: furtherClips.map((clip, i) => ({ ...clip, ...ends[i + 1] })) }),
    ...(job.encodesEdges && [fields, ...(furtherClips ?? [])].some(hasEdge) && { encodesEdges: true }),
  };
};

/**
 * One task per range. Part 1 of several is the header, written last by the gateway; range i has the parts from
 * `2 + i · block`. One range has all numbers, and writes its header itself.
 */
export const planRemuxTasks = (job: RemuxJob, limits: PlanLimits): RemuxRangeTask[] => {
  const all = job.clips.flatMap(({ pieces }) => pieces);
  const rounds = job.joinsEarly ? limits.earlyJoinRounds : 1;
  const ranges = splitRanges(all, rangeCountFor(sumBytes(all), limits, rounds), limits);
  const rangeCount = ranges.length;
  const alone = rangeCount === 1;
  const block = alone ? limits.maxParts : Math.floor((limits.maxParts - 1) / rangeCount);
  return ranges.map((pieces, rangeIndex) => {
    const partBlock = { firstPartNumber: alone ? 1 : 2 + rangeIndex * block, partCount: block };
    const task = { ...remuxFields(job, pieces, limits), rangeIndex, rangeCount, partBlock };
    assertPartsFit(task, limits);
    return task;
  });
};
