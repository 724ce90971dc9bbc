import { sumBytes } from './cut.js';
import type { Cut } from './cut.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import type { TsPart, TsPartsTask } from './task.js';
import { type LayoutPiece, layOutTs } from './ts-layout.js';

export interface TsJob {
  cut: Cut;
  pieces: Piece[];
  objectBytes: (piece: Piece) => number;
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

const toTask = (cut: Cut, parts: TsPart[], first: boolean, last: boolean): TsPartsTask => {
  const lead = first ? cut.lead : [];
  return {
    kind: 'ts-parts',
    source: cut.source,
    workBytes: sumBytes(lead) + sumBytes(parts.flatMap((part) => part.pieces)),
    lead,
    ...(first && cut.trimStart && { trimStart: cut.trimStart }),
    ...(last && cut.trimEnd && { trimEnd: cut.trimEnd }),
    cutMode: cut.cutMode,
    parts,
  };
};

const MIB = 1024 * 1024;

/** One task that cuts its stream into parts of one size: what is left of a trimmed piece is only known to the worker. */
const equalPartsTask = (job: TsJob, limits: PlanLimits): TsPartsTask => {
  const needed = Math.ceil(sumBytes(job.pieces) / limits.maxParts);
  const equalPartBytes = Math.ceil(Math.max(limits.targetPartBytes, needed) / MIB) * MIB;
  const parts: TsPart[] = [{ partNumber: 1, method: 'stream', pieces: job.pieces }];
  return { ...toTask(job.cut, parts, true, true), equalPartBytes };
};

export const planTsTasks = (job: TsJob, limits: PlanLimits): TsPartsTask[] => {
  if (job.equalParts) return [equalPartsTask(job, limits)];
  const { cut, pieces } = job;
  const items: LayoutPiece[] = pieces.map((piece, index) => ({
    piece,
    trimmed: (index === 0 && cut.trimStart !== undefined) || (index === pieces.length - 1 && cut.trimEnd !== undefined),
    objectBytes: job.objectBytes(piece),
  }));
  const parts = layOutTs(items, job.storeCopy, limits);
  const small = sumBytes(pieces) <= limits.smallOutputBytes;
  const groups = job.oneTask || small ? [parts] : groupParts(parts, limits);
  return groups.map((group, index) => toTask(cut, group, index === 0, index === groups.length - 1));
};
