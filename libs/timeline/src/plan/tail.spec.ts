import { describe, expect, it } from '@jest/globals';
import type { Piece } from './piece.js';
import { DEFAULT_PLAN_LIMITS } from './plan-input.js';
import { hasTail, mayBeTail, takeTail } from './tail.js';

const piecesOf = (count: number, sizeBytes: number, durationMs: number): Piece[] =>
  Array.from({ length: count }, (_, segmentIndex) => ({
    ...{ segmentIndex, key: `${segmentIndex}`, sizeBytes, durationTicks: durationMs * 90, runIndex: 0 },
  }));
const MIB = 1024 * 1024;

describe('the tail of a range', () => {
  it.each([
    ['one segment of 6 s, whatever its size', piecesOf(3, 1000, 6000), 1],
    ['one of 4 MiB that is shown for 2 s', piecesOf(3, 4 * MIB, 2000), 1],
    ['so many of 2 s as are 4 MiB', piecesOf(9, 2 * MIB, 2000), 2],
    ['so many of 2 s as are 5 s, where they are small', piecesOf(9, 1000, 2000), 3],
    ['so many as are 2 s, where segments are smaller than a picture', piecesOf(900, 100_000, 10), 200],
    ['no more than a message can hold', piecesOf(900, 1000, 1), 500],
  ])('is %s', (_name, behind, count) => {
    expect(takeTail(behind.values(), DEFAULT_PLAN_LIMITS)).toEqual({ tail: behind.slice(0, count), tailGoesOn: true });
    const asked = mayBeTail(behind, 0, DEFAULT_PLAN_LIMITS);
    expect(takeTail(asked.values(), DEFAULT_PLAN_LIMITS)).toMatchObject({ tailGoesOn: true });
  });

  it('is all there is where the run ends', () => {
    const behind = piecesOf(2, 1000, 2000);
    expect(takeTail(behind.values(), DEFAULT_PLAN_LIMITS)).toEqual({ tail: behind });
    expect(takeTail(behind.slice(2).values(), DEFAULT_PLAN_LIMITS)).toEqual({ tail: [] });
    expect(mayBeTail(behind, 2, DEFAULT_PLAN_LIMITS)).toEqual([]);
  });

  it('is waited for as a segment, and as many as are 2 s', () => {
    expect([0, 1, 2].map((count) => hasTail(piecesOf(count, 1, 1000), 2000))).toEqual([false, false, true]);
    expect([0, 1].map((count) => hasTail(piecesOf(count, 1, 6000), 0))).toEqual([false, true]);
  });
});
