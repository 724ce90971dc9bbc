import type { MeasuredTrim } from '@clipfleet/mpegts';
import { clipsOfTask, type Piece, type TsPart, type TsPartsTask } from '@clipfleet/timeline';
import type { TrimmedPieces } from './trim-pieces.js';

/** Pieces of one clip, with what of the clip's edges lies in them. */
export interface Section extends TrimmedPieces {
  clipIndex: number | undefined;
  /** What follows the clip, where its edges are encoded. */
  tail: readonly Piece[];
}

export const isCut = ({ trimStart, trimEnd }: Section): boolean => trimStart !== undefined || trimEnd !== undefined;

/** All of a task, by clip. */
export const sectionsOf = (task: TsPartsTask): Section[] => {
  const pieces = task.parts.flatMap((part) => part.pieces);
  return clipsOfTask(task, pieces).map(({ clip: { clipIndex, lead, trimStart, trimEnd, tail = [] }, pieces: own }) => ({
    ...{ clipIndex, lead, pieces: own, tail },
    ...(trimStart && { trimStart }),
    ...(trimEnd && { trimEnd }),
  }));
};

/** What of them lies in a part. */
export const within = (sections: readonly Section[], part: TsPart): Section[] => {
  const inPart = new Set(part.pieces);
  return sections.flatMap(({ clipIndex, lead, pieces, trimStart, trimEnd, tail }) => {
    const own = pieces.filter((piece) => inPart.has(piece));
    if (own.length === 0) return [];
    const start = own[0] === pieces[0] ? trimStart : undefined;
    const end = own.at(-1) === pieces.at(-1) ? trimEnd : undefined;
    const section = { clipIndex, lead: start ? lead : [], pieces: own, tail, ...(start && { trimStart: start }) };
    if (!end) return [section];
    if (start) return [{ ...section, trimEnd: end }];
    // what comes before may begin within a packet, where a copied part has ended
    const before = own.slice(0, -1);
    return [
      ...(before.length > 0 ? [{ ...section, pieces: before }] : []),
      { ...section, pieces: own.slice(-1), trimEnd: end },
    ];
  });
};

/** Bytes that are held for an edge to be encoded, unless it is one piece. */
const HELD_BYTES = 16 * 1024 * 1024;

/** A section in stretches: those with an edge, which are held while it is encoded, and what passes between them. */
export const edgeStretches = (section: Section): Section[] => {
  const { pieces, trimStart, trimEnd, lead, clipIndex, tail } = section;
  const inner = { clipIndex, lead: [], tail };
  const fromEnd = pieces.toReversed();
  const headCount = trimStart ? heldCount(pieces) : 0;
  const tailCount = trimEnd ? heldCount(fromEnd) : 0;
  if (!isCut(section) || headCount + tailCount >= pieces.length) return splitShort(section, headCount);
  const [head, last] = [pieces.slice(0, headCount), pieces.slice(pieces.length - tailCount)];
  return [
    ...(trimStart ? [{ ...inner, lead, pieces: head, trimStart }] : []),
    { ...inner, pieces: pieces.slice(headCount, pieces.length - tailCount) },
    ...(trimEnd ? [{ ...inner, pieces: last, trimEnd }] : []),
  ];
};

/** All of it is held for its edges: together, unless that is too much or the clock jumps inside. */
const splitShort = (section: Section, headCount: number): Section[] => {
  const { pieces, trimStart, trimEnd, lead, clipIndex, tail } = section;
  const isOneRun = pieces[0].runIndex === pieces.at(-1)!.runIndex;
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
  const isShort = pieces.length === 1 || (isOneRun && sizeBytes <= 2 * HELD_BYTES);
  if (!trimStart || !trimEnd || isShort) return [section];
  const inner = { clipIndex, tail };
  return [
    { ...inner, lead, pieces: pieces.slice(0, headCount), trimStart },
    { ...inner, lead: [], pieces: pieces.slice(headCount), trimEnd },
  ];
};

/** Pieces from the first one on that are held together: of one run. */
const heldCount = (pieces: readonly Piece[]): number => {
  let heldBytes = 0;
  const end = pieces.findIndex((piece, index) => {
    heldBytes += piece.sizeBytes;
    return index > 0 && (heldBytes > HELD_BYTES || piece.runIndex !== pieces[0].runIndex);
  });
  return end === -1 ? pieces.length : end;
};

/** Where each clip was cut, as far as it was; of one whose edges were encoded, how long it is, and where it lies in a stream. */
export type ClipCuts = {
  clipIndex: number | undefined;
  cut: MeasuredTrim;
  segment?: { startByte: number; endByte: number; durationTicks: number };
}[];

/** Pictures are counted where they pass a worker that looks at them; without those of one part their sum says nothing. */
export const joinCuts = (cuts: readonly MeasuredTrim[], partCount: number): MeasuredTrim | undefined => {
  if (cuts.length === 0) return undefined;
  const { videoFrameCount: _last, ...ends }: MeasuredTrim = Object.assign({}, ...cuts);
  const counts = cuts.flatMap(({ videoFrameCount }) => videoFrameCount ?? []);
  if (cuts.length < partCount || counts.length < partCount) return ends;
  return { ...ends, videoFrameCount: counts.reduce((sum, count) => sum + count, 0) };
};
