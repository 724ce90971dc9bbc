import { TICKS_PER_MS } from '../ticks.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';

export interface Tail {
  /** Read only to complete the PES and audio frames that start before it. */
  tail: Piece[];
  /** The run goes on behind it: what it does not complete must not be taken for whole. */
  tailGoesOn?: true;
}

type Behind = Pick<Piece, 'durationTicks'>;
export type TailLimits = Pick<PlanLimits, 'tailBytes' | 'tailMs' | 'mostTailMs' | 'mostTailPieces'>;

const sumTicks = (pieces: readonly Behind[]): number => pieces.reduce((sum, piece) => sum + piece.durationTicks, 0);

/**
 * The pieces behind a range that surely complete what starts inside it. Where segments are cut without regard to pictures, one
 * may be less than a picture: `tailBytes` are more than any picture, `tailMs` longer than streams are apart in a multiplex, and
 * both may be missing in a sparse stream up to `mostTailMs`. `next` gives pieces of the run, one after the other.
 */
export const takeTail = (next: Iterator<Piece>, limits: TailLimits): Tail => {
  const tail: Piece[] = [];
  let [bytes, ticks] = [0, 0];
  for (let piece = next.next(); piece.done !== true; piece = next.next()) {
    if (tail.length > 0 && isEnough(bytes, ticks, tail.length, limits)) return { tail, tailGoesOn: true };
    tail.push(piece.value);
    bytes += piece.value.sizeBytes;
    ticks += piece.value.durationTicks;
  }
  return { tail };
};

const isEnough = (bytes: number, ticks: number, count: number, limits: TailLimits): boolean => {
  const { tailBytes, tailMs, mostTailMs, mostTailPieces } = limits;
  const isLong = ticks >= tailMs * TICKS_PER_MS && bytes >= tailBytes;
  return isLong || ticks >= mostTailMs * TICKS_PER_MS || count >= mostTailPieces;
};

/** What has come behind a range of a growing recording is enough to begin with the range. */
export const hasTail = (behind: readonly Behind[], tailMs: number): boolean =>
  behind.length > 0 && sumTicks(behind) >= tailMs * TICKS_PER_MS;

/** Of the segments from `first` on so many as may be a tail, whatever their sizes, and the one that tells whether the run goes on. */
export const mayBeTail = <S extends Behind>(segments: readonly S[], first: number, limits: TailLimits): S[] => {
  let [count, ticks] = [0, 0];
  while (first + count < segments.length && ticks < limits.mostTailMs * TICKS_PER_MS && count < limits.mostTailPieces) {
    ticks += segments[first + count].durationTicks;
    count += 1;
  }
  return segments.slice(first, first + count + 1);
};
