import { TimelineError } from '../timeline/timeline-error.js';
import { chooseCopies } from './copy-choice.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import type { TsPart } from './task.js';

/** A piece as the layout of a ts output sees it. */
export interface LayoutPiece {
  piece: Piece;
  /** Cut at its start or end: how much of it is left is not known before it is read. */
  trimmed: boolean;
  objectBytes: number;
  /** Of the edit; absent: it has one. */
  clipIndex?: number;
  /** In another store than the output: it cannot be copied. */
  foreign?: boolean;
}

/** One piece, or consecutive byte ranges of one object that are copied together. */
interface Unit {
  pieces: Piece[];
  /** At most. */
  sizeBytes: number;
  /** At least. */
  leastBytes: number;
  copyable: boolean;
  /** A byte range of it may be copied. */
  divisible: boolean;
  clipIndex: number | undefined;
}

type DraftPart = Unit & { method: TsPart['method'] };

/** PKCS#7 padding of AES-128 takes up to a block. RFC 8216 §4.3.2.4 */
const CIPHER_PADDING_BYTES = 16;

const leastBytes = ({ piece, trimmed }: LayoutPiece): number => {
  if (trimmed) return 0;
  return piece.cipher ? Math.max(0, piece.sizeBytes - CIPHER_PADDING_BYTES) : piece.sizeBytes;
};

/**
 * The largest piece, group to aim at and joined range: a part can be a trimmed piece, a group just under its aim and one
 * more piece, and a trimmed piece at the end, and must stay under `maxPartBytes`.
 */
const largestUnitBytes = (limits: PlanLimits): number => Math.floor(limits.maxPartBytes / 4);

/** Larger pieces become several; only their first has the duration. */
const splitHuge = (item: LayoutPiece, limits: PlanLimits): LayoutPiece[] => {
  const { piece } = item;
  const most = largestUnitBytes(limits);
  if (piece.sizeBytes <= most) return [item];
  if (item.trimmed || piece.cipher) {
    const text = `The segment ${piece.key} has ${piece.sizeBytes} bytes, too many to be cut or decrypted.`;
    throw new TimelineError('unsupported-source', text, { key: piece.key, sizeBytes: piece.sizeBytes });
  }
  const count = Math.ceil(piece.sizeBytes / most);
  const [start, end] = piece.byteRange ?? [0, piece.sizeBytes];
  const edge = (i: number): number => start + Math.floor(((end - start) * i) / count);
  return Array.from({ length: count }, (_, i) => {
    const byteRange: [number, number] = [edge(i), edge(i + 1)];
    const durationTicks = i === 0 ? piece.durationTicks : 0;
    return { ...item, piece: { ...piece, byteRange, durationTicks, sizeBytes: byteRange[1] - byteRange[0] } };
  });
};

const follows = (unit: Unit | undefined, { piece, clipIndex }: LayoutPiece, limits: PlanLimits): unit is Unit => {
  const last = unit?.pieces.at(-1);
  return (
    unit !== undefined &&
    unit.clipIndex === clipIndex &&
    last?.byteRange !== undefined &&
    piece.byteRange !== undefined &&
    last.key === piece.key &&
    last.byteRange[1] === piece.byteRange[0] &&
    unit.sizeBytes + piece.sizeBytes <= largestUnitBytes(limits)
  );
};

const toUnits = (items: LayoutPiece[], storeCopy: boolean, limits: PlanLimits): Unit[] => {
  const units: Unit[] = [];
  let open: Unit | undefined;
  for (const item of items) {
    const { piece, clipIndex } = item;
    const plain = !item.trimmed && piece.cipher === undefined;
    if (plain && follows(open, item, limits)) {
      open.pieces.push(piece);
      open.sizeBytes += piece.sizeBytes;
      open.leastBytes += piece.sizeBytes;
      continue;
    }
    const ranges = piece.byteRange !== undefined;
    const inStore = storeCopy && item.foreign !== true;
    const copyable = inStore && plain && (!ranges || item.objectBytes >= limits.minRangeCopyObjectBytes);
    const divisible = item.objectBytes >= limits.minRangeCopyObjectBytes;
    const { sizeBytes } = piece;
    const unit = { pieces: [piece], sizeBytes, leastBytes: leastBytes(item), copyable, divisible, clipIndex };
    units.push(unit);
    open = copyable && ranges ? unit : undefined;
  }
  return units;
};

/** Bytes `[fromBytes, toBytes)` of what is copied or streamed as it is; only where a piece begins is its duration. */
const sliceUnit = (unit: Unit, fromBytes: number, toBytes: number): Unit => {
  if (fromBytes === 0 && toBytes === unit.sizeBytes) return unit;
  let at = 0;
  const pieces = unit.pieces.flatMap((piece): Piece[] => {
    const [from, to] = [Math.max(fromBytes - at, 0), Math.min(toBytes - at, piece.sizeBytes)];
    at += piece.sizeBytes;
    if (from >= to) return [];
    if (from === 0 && to === piece.sizeBytes) return [piece];
    const start = piece.byteRange?.[0] ?? 0;
    const durationTicks = from === 0 ? piece.durationTicks : 0;
    return [{ ...piece, byteRange: [start + from, start + to], durationTicks, sizeBytes: to - from }];
  });
  const sizeBytes = toBytes - fromBytes;
  return { ...unit, pieces, sizeBytes, leastBytes: sizeBytes };
};

/** What a layout decides by, apart from the limits of the store. */
interface Policy {
  /** Units before this one are streamed even where they could be copied. */
  copyFrom: number;
  targetPartBytes: number;
}

/** Streamed neighbours in parts of the size that is aimed at; what is left and too small for a part goes with the one before it. */
const streamedParts = (units: Unit[], isLast: boolean, aimBytes: number, limits: PlanLimits): DraftPart[] => {
  const groups: Unit[][] = [];
  let openBytes = Infinity;
  for (const unit of units) {
    if (openBytes >= aimBytes) {
      groups.push([]);
      openBytes = 0;
    }
    groups.at(-1)!.push(unit);
    openBytes += unit.leastBytes;
  }
  if (!isLast && groups.length > 1 && openBytes < limits.minPartBytes) {
    const rest = groups.pop()!;
    groups.at(-1)!.push(...rest);
  }
  return groups.map((group) => toPart(group, 'stream'));
};

const toPart = (units: Unit[], method: DraftPart['method']): DraftPart => {
  // a long recording is laid out a dozen times, and nearly all its parts are one unit
  if (units.length === 1) return { ...units[0], method };
  return {
    ...units[0],
    pieces: units.flatMap(({ pieces }) => pieces),
    sizeBytes: units.reduce((sum, unit) => sum + unit.sizeBytes, 0),
    leastBytes: units.reduce((sum, unit) => sum + unit.leastBytes, 0),
    method,
  };
};

/** Parts in order, of at least `minPartBytes` but for the last, so that the fewest bytes are streamed. */
const layOut = (units: Unit[], { copyFrom, targetPartBytes }: Policy, limits: PlanLimits): DraftPart[] => {
  const candidates = units.map((unit, index) => ({
    ...unit,
    copyable: unit.copyable && index >= copyFrom && unit.sizeBytes >= limits.minPartBytes,
  }));
  const copied = chooseCopies(candidates, limits);
  const parts: DraftPart[] = [];
  let streamed: Unit[] = [];
  units.forEach((unit, index) => {
    const range = copied[index];
    if (range === undefined) {
      streamed.push(unit);
      return;
    }
    const { headBytes, tailBytes } = range;
    const endBytes = unit.sizeBytes - tailBytes;
    if (headBytes > 0) streamed.push(sliceUnit(unit, 0, headBytes));
    parts.push(...streamedParts(streamed, false, targetPartBytes, limits));
    parts.push(toPart([sliceUnit(unit, headBytes, endBytes)], 'store-copy'));
    streamed = tailBytes > 0 ? [sliceUnit(unit, endBytes, unit.sizeBytes)] : [];
  });
  return [...parts, ...streamedParts(streamed, true, targetPartBytes, limits)];
};

/** With at least `total / (maxParts - 1)` in every streamed part but the last there are never too many. */
const streamTarget = (units: Unit[], limits: PlanLimits): number => {
  const totalBytes = units.reduce((sum, unit) => sum + unit.leastBytes, 0);
  const needed = Math.ceil(totalBytes / Math.max(1, limits.maxParts - 1));
  const target = Math.max(limits.minPartBytes, limits.targetPartBytes, needed);
  if (target > largestUnitBytes(limits)) {
    throw new TimelineError('too-long', `The output of ${totalBytes} bytes is too large for one object.`, {
      totalBytes,
    });
  }
  return target;
};

/**
 * Copies what can be copied; where that would make too many parts, as few units as it takes, the first ones, are streamed
 * in groups instead.
 */
const layOutWithin = (units: Unit[], limits: PlanLimits): DraftPart[] => {
  const atLeast = layOut(units, { copyFrom: 0, targetPartBytes: limits.targetPartBytes }, limits);
  if (atLeast.length <= limits.maxParts) return atLeast;
  const targetPartBytes = streamTarget(units, limits);
  let tooFew = -1;
  let enough = units.length;
  let parts = layOut(units, { copyFrom: enough, targetPartBytes }, limits);
  while (enough - tooFew > 1) {
    const copyFrom = Math.floor((tooFew + enough) / 2);
    const tried = layOut(units, { copyFrom, targetPartBytes }, limits);
    if (tried.length <= limits.maxParts) [enough, parts] = [copyFrom, tried];
    else tooFew = copyFrom;
  }
  return parts;
};

/** The parts of a ts output: every piece in exactly one, in order, within the rules of a multipart upload. */
export const layOutTs = (items: LayoutPiece[], storeCopy: boolean, limits: PlanLimits): TsPart[] => {
  const split = items.flatMap((item) => splitHuge(item, limits));
  const parts = layOutWithin(toUnits(split, storeCopy, limits), limits);
  return parts.map(({ method, pieces }, index) => ({ partNumber: index + 1, method, pieces }));
};
