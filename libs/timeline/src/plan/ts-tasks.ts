import { sumBytes } from './cut.js';
import type { CutMode } from '../edit/output.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import type { TsPart, TsPartsTask } from './task.js';
import { clipFields, type CutClip, readBytes, stretchesIn } from './task-clips.js';
import { type LayoutPiece, layOutTs } from './ts-layout.js';

export interface TsClip extends CutClip {
  objectBytes: (key: string) => number;
  /** The clip is in the store that the output is written to. */
  inDestination: boolean;
}

export interface TsJob {
  clips: TsClip[];
  cutMode: CutMode;
  /** Copying inside the store is possible and wanted. */
  storeCopy: boolean;
  /** One worker for all of it, because the request asks for it. */
  oneTask: boolean;
  equalParts: boolean;
}

/** Consecutive parts up to a budget, so that many workers share; a small output is one task. */
const groupParts = (parts: TsPart[], limits: PlanLimits): TsPart[][] => {
  const groups: TsPart[][] = [];
  let streamedBytes = 0;
  let copiedBytes = 0;
  let pieceCount = 0;
  for (const part of parts) {
    const bytes = sumBytes(part.pieces);
    if (part.method === 'stream') streamedBytes += bytes;
    else copiedBytes += bytes;
    pieceCount += part.pieces.length;
    const full =
      streamedBytes > limits.taskStreamBytes || copiedBytes > limits.taskCopyBytes || pieceCount > limits.taskPieces;
    if (groups.length > 0 && !full) {
      groups.at(-1)!.push(part);
      continue;
    }
    groups.push([part]);
    streamedBytes = part.method === 'stream' ? bytes : 0;
    copiedBytes = part.method === 'stream' ? 0 : bytes;
    pieceCount = part.pieces.length;
  }
  return groups;
};

const toTask = ({ clips, cutMode }: TsJob, parts: TsPart[]): TsPartsTask => {
  const stretches = stretchesIn(
    clips,
    parts.flatMap(({ pieces }) => pieces),
  );
  return { kind: 'ts-parts', workBytes: readBytes(stretches), ...clipFields(clips, stretches), cutMode, parts };
};

const MIB = 1024 * 1024;

/** One task that cuts its stream into parts of one size: what is left of a trimmed piece is only known to the worker. */
const equalPartsTask = (job: TsJob, pieces: Piece[], limits: PlanLimits): TsPartsTask => {
  const needed = Math.ceil(sumBytes(pieces) / limits.maxParts);
  const equalPartBytes = Math.ceil(Math.max(limits.targetPartBytes, needed) / MIB) * MIB;
  return { ...toTask(job, [{ partNumber: 1, method: 'stream', pieces }]), equalPartBytes };
};

const layoutPieces = ({ clipIndex, pieces, cut, objectBytes, inDestination }: TsClip): LayoutPiece[] =>
  pieces.map((piece, index) => ({
    piece,
    clipIndex,
    trimmed: (index === 0 && cut.trimStart !== undefined) || (index === pieces.length - 1 && cut.trimEnd !== undefined),
    objectBytes: objectBytes(piece.key),
    foreign: !inDestination,
  }));

export const planTsTasks = (job: TsJob, limits: PlanLimits): TsPartsTask[] => {
  const pieces = job.clips.flatMap((clip) => clip.pieces);
  if (job.equalParts) return [equalPartsTask(job, pieces, limits)];
  const parts = layOutTs(job.clips.flatMap(layoutPieces), job.storeCopy, limits);
  const small = sumBytes(pieces) <= limits.smallOutputBytes;
  const groups = job.oneTask || small ? [parts] : groupParts(parts, limits);
  return groups.map((group) => toTask(job, group));
};
