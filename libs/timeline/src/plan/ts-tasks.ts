import { sumBytes } from './cut.js';
import type { CutMode } from '../edit/output.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import { shareCount } from './range-count.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { MOST_GROWTH } from './part-bytes.js';
import { partSlot } from './part-slot.js';
import { TS_EDGE_SLOTS, TS_STREAM_BLOCK, type TsPart, type TsPartsTask } from './task.js';
import { clipFields, type CutClip, edgesIn, readBytes, stretchesIn } from './task-clips.js';
import { type LayoutPiece, layOutTs } from './ts-layout.js';

export interface TsClip extends CutClip {
  objectBytes: (key: string) => number;
  /** The clip is in the store that the output is written to. */
  inDestination: boolean;
  /** What follows its last piece, where that is cut. */
  after: Piece[];
}

export interface TsJob {
  clips: TsClip[];
  cutMode: CutMode;
  /** Copying inside the store is possible and wanted. */
  storeCopy: boolean;
  /** One worker for all of it, because the request asks for it. */
  oneTask: boolean;
  equalParts: boolean;
  /** Counters and clock are rewritten. */
  clean: boolean;
  encodesEdges: boolean;
}

/** Bytes a worker streams; what is copied inside the store counts for as much less as its budget is larger. */
const costOf = ({ method, pieces }: TsPart, { taskStreamBytes, taskCopyBytes }: PlanLimits): number =>
  sumBytes(pieces) * (method === 'stream' ? 1 : taskStreamBytes / taskCopyBytes);

/** Consecutive parts in shares of about equal cost, none beyond the budget of a task unless it is one part. */
export const groupParts = (parts: TsPart[], limits: PlanLimits): TsPart[][] => {
  const totalCost = parts.reduce((sum, part) => sum + costOf(part, limits), 0);
  const count = shareCount(totalCost, limits);
  const groups: TsPart[][] = [];
  let passedCost = 0;
  let openCost = 0;
  let openPieces = 0;
  for (const part of parts) {
    const cost = costOf(part, limits);
    const tooMuch = count > 1 && openCost + cost > limits.taskStreamBytes;
    const isFull = tooMuch || openPieces + part.pieces.length > limits.taskPieces;
    if (groups.length === 0 || isFull || passedCost >= (totalCost * groups.length) / count) {
      groups.push([]);
      openCost = 0;
      openPieces = 0;
    }
    groups.at(-1)!.push(part);
    passedCost += cost;
    openCost += cost;
    openPieces += part.pieces.length;
  }
  return groups;
};

export const toTsTask = ({ clips, cutMode }: TsJob, parts: TsPart[]): TsPartsTask => {
  const stretches = stretchesIn(
    clips,
    parts.flatMap(({ pieces }) => pieces),
  );
  const { furtherClips, ...fields } = clipFields(clips, stretches);
  const tails = stretches.map((stretch) => (edgesIn(stretch).trimEnd ? stretch.clip.after : []));
  const withTail = <T>(of: T, index: number): T | (T & { tail: Piece[] }) =>
    tails[index].length > 0 ? { ...of, tail: tails[index] } : of;
  return {
    ...withTail({ kind: 'ts-parts' as const, workBytes: readBytes(stretches), ...fields, cutMode, parts }, 0),
    ...(furtherClips && { furtherClips: furtherClips.map((clip, i) => withTail(clip, i + 1)) }),
  };
};

const MIB = 1024 * 1024;

/** Some parts are in flight at once, and held: no larger than it takes. */
const CLEAN_PART_BYTES = 8 * MIB;

/**
 * One task that cuts its stream into parts of one size: what is left of a trimmed piece is known to the worker alone, and what
 * the counters and the clock of a piece must be, only to who has written all those before.
 */
export const streamTask = (job: TsJob, pieces: Piece[], limits: PlanLimits): TsPartsTask => {
  const needed = job.encodesEdges
    ? (sumBytes(pieces) * MOST_GROWTH) / partSlot(TS_STREAM_BLOCK, 1).partCount
    : sumBytes(pieces) / limits.maxParts;
  const aim = job.equalParts ? limits.targetPartBytes : CLEAN_PART_BYTES;
  const equalPartBytes = Math.ceil(Math.max(aim, needed) / MIB) * MIB;
  if (equalPartBytes > limits.maxHeldPartBytes) {
    const totalBytes = sumBytes(pieces);
    throw new TimelineError('too-long', `The output of ${totalBytes} bytes is too large for one worker.`, {
      totalBytes,
    });
  }
  const task = toTsTask(job, [{ partNumber: 1, method: 'stream', pieces }]);
  return { ...withTails(job, task), equalPartBytes, ...(job.clean && { clean: true }) };
};

/** Tells a task of all clips that edges are encoded, and what follows each clip. */
const withTails = ({ encodesEdges, clips }: TsJob, task: TsPartsTask): TsPartsTask => {
  const hasEdge = clips.some(({ cut }) => cut.trimStart !== undefined || cut.trimEnd !== undefined);
  if (!encodesEdges || !hasEdge) return task;
  const furtherClips = task.furtherClips?.map((clip, i) => ({ ...clip, tail: clips[i + 1].after }));
  return { ...task, encodesEdges, tail: clips[0].after, ...(furtherClips && { furtherClips }) };
};

export const layoutPieces = ({ clipIndex, pieces, cut, objectBytes, inDestination }: TsClip): LayoutPiece[] =>
  pieces.map((piece, index) => ({
    piece,
    clipIndex,
    trimmed: (index === 0 && cut.trimStart !== undefined) || (index === pieces.length - 1 && cut.trimEnd !== undefined),
    objectBytes: objectBytes(piece.key),
    foreign: !inDestination,
  }));

/** A part is one worker's: where idle slots share the bytes, shares must be made of whole parts. */
const partAim = (totalBytes: number, limits: PlanLimits): number => {
  const { targetPartBytes, minPartBytes, taskStreamBytes } = limits;
  const count = shareCount(totalBytes, limits);
  if (count <= Math.ceil(totalBytes / taskStreamBytes)) return targetPartBytes;
  const shareBytes = totalBytes / count;
  return Math.max(minPartBytes, Math.floor(shareBytes / Math.ceil(shareBytes / targetPartBytes)));
};

/** Each part with an edge would need numbers of its own, and a clip that begins inside a part a part of its own. */
const isStreamed = ({ clips, equalParts, clean, encodesEdges }: TsJob): boolean =>
  equalParts || clean || (encodesEdges && clips.length > 1);

export const planTsTasks = (job: TsJob, limits: PlanLimits): TsPartsTask[] => {
  const pieces = job.clips.flatMap((clip) => clip.pieces);
  if (isStreamed(job)) return [streamTask(job, pieces, limits)];
  const targetPartBytes = partAim(sumBytes(pieces), limits);
  const maxParts = job.encodesEdges ? limits.maxParts - 2 * TS_EDGE_SLOTS : limits.maxParts;
  // an edge is encoded up to a keyframe: its part must end where a segment does
  const minRangeCopyObjectBytes = job.encodesEdges ? Infinity : limits.minRangeCopyObjectBytes;
  const layout = { ...limits, targetPartBytes, maxParts, minRangeCopyObjectBytes };
  const parts = layOutTs(job.clips.flatMap(layoutPieces), job.storeCopy, layout);
  const groups = job.oneTask ? [parts] : groupParts(parts, limits);
  const tasks = groups.map((group) => toTsTask(job, group));
  return job.encodesEdges ? withEncodedEdges(tasks, job.clips[0].after) : tasks;
};

/** Leaves the first part's further slots free, and tells tasks with an edge what follows them. */
const withEncodedEdges = (tasks: TsPartsTask[], after: Piece[]): TsPartsTask[] => {
  const shift = tasks[0].trimStart ? TS_EDGE_SLOTS - 1 : 0;
  return tasks.map((task, index) => {
    const parts = task.parts.map((part) => ({
      ...part,
      partNumber: part.partNumber + (part.partNumber > 1 ? shift : 0),
    }));
    if (!task.trimStart && !task.trimEnd) return { ...task, parts };
    const tail = (tasks[index + 1]?.parts[0].pieces ?? after).slice(0, 1);
    return { ...task, parts, encodesEdges: true, tail };
  });
};
