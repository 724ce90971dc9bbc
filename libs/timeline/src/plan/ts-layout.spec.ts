import { describe, expect, it, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Piece } from './piece.js';
import { DEFAULT_PLAN_LIMITS, type PlanLimits } from './plan-input.js';
import { MIB } from './recording.fixture.js';
import { copySourceOf, type TsPart } from './task.js';
import { type LayoutPiece, layOutTs } from './ts-layout.js';

/** A store with small numbers: parts of 5 to 400 bytes, ranges copied only of objects over 5. */
const SMALL: PlanLimits = {
  ...DEFAULT_PLAN_LIMITS,
  ...{
    minPartBytes: 5,
    maxPartBytes: 400,
    maxParts: 40,
    minRangeCopyObjectBytes: 6,
    targetPartBytes: 16,
    borrowBytes: 1,
  },
};

const item = (index: number, sizeBytes: number, changes: Partial<Piece> = {}, trimmed = false): LayoutPiece => ({
  piece: { segmentIndex: index, key: `${index}`, sizeBytes, durationTicks: 1, runIndex: 0, ...changes },
  trimmed,
  objectBytes: changes.byteRange ? 1000 : sizeBytes,
});
const ofSizes = (sizes: number[]): LayoutPiece[] => sizes.map((size, index) => item(index, size));
const CIPHER = { keyObjectKey: 'k', ivHex: '0'.repeat(32) };
const sketch = (parts: TsPart[]) =>
  parts.map((part) => (part.method === 'store-copy' ? 'copy ' : '') + part.pieces.map((piece) => piece.key).join('+'));

describe('layOutTs', () => {
  test.each<[string, LayoutPiece[], string[]]>([
    ['copies pieces of a part’s size', ofSizes([5, 6, 7]), ['copy 0', 'copy 1', 'copy 2']],
    ['groups smaller ones up to the aim', ofSizes([4, 4, 4, 4, 4]), ['0+1+2+3', '4']],
    ['borrows from the piece behind a group that is too small', ofSizes([4, 6, 7]), ['0+1', 'copy 1', 'copy 2']],
    ['borrows from the piece before one, too', ofSizes([7, 4, 5]), ['copy 0', '0+1', 'copy 2']],
    ['absorbs the smaller neighbour when none can lend', ofSizes([9, 4, 5, 5]).slice(1), ['1+2', 'copy 3']],
    ['keeps copying when the group is large enough', ofSizes([4, 4, 7]), ['0+1', 'copy 2']],
    ['gives a small rest to the streamed part before it', ofSizes([4, 4, 4, 4, 3, 7]), ['0+1+2+3+4', 'copy 5']],
    ['lets only the last part be small', ofSizes([6, 1]), ['copy 0', '1']],
    ['counts a trimmed piece as nothing', [item(0, 50, {}, true), item(1, 6), item(2, 6)], ['0+1', 'copy 2']],
    ['streams a trimmed end', [item(0, 6), item(1, 6, {}, true)], ['copy 0', '1']],
    ['never copies what is encrypted', [item(0, 25, { cipher: CIPHER }), item(1, 6)], ['0', 'copy 1']],
    ['counts an encrypted piece without its padding', [item(0, 20, { cipher: CIPHER }), item(1, 5)], ['0+1']],
  ])('%s', (_name, items, expected) => {
    expect(sketch(layOutTs(items, true, SMALL))).toEqual(expected);
  });

  it('streams everything where copying is not possible', () => {
    expect(sketch(layOutTs(ofSizes([6, 6, 6, 6]), false, SMALL))).toEqual(['0+1+2', '3']);
  });

  it('copies consecutive byte ranges of one object as one', () => {
    const range = (start: number, end: number, key = 'big') => item(0, end - start, { key, byteRange: [start, end] });
    const parts = layOutTs([range(0, 3), range(3, 6), range(6, 9), range(10, 16), range(16, 22, 'b')], true, SMALL);
    expect(parts.map(copySourceOf)).toEqual([
      { key: 'big', byteRange: [0, 9] },
      { key: 'big', byteRange: [10, 16] },
      { key: 'b', byteRange: [16, 22] },
    ]);
    expect(parts.every((part) => part.method === 'store-copy')).toBe(true);
  });

  it.each([
    [5, 'stream'],
    [6, 'store-copy'],
  ])('from an object of %d bytes makes a range a %s', (objectBytes, method) => {
    const ranged = { ...item(0, 5, { byteRange: [0, 5] }), objectBytes };
    expect(layOutTs([ranged], true, SMALL)[0].method).toBe(method);
    expect(layOutTs([item(0, 5)], true, SMALL)[0].method).toBe('store-copy');
  });

  it('copies a huge object in ranges, and refuses to cut one', () => {
    const parts = layOutTs([item(0, 250)], true, SMALL);
    expect(parts.map((part) => copySourceOf(part).byteRange)).toEqual([
      [0, 83],
      [83, 166],
      [166, 250],
    ]);
    const call = () => layOutTs([item(0, 101, {}, true)], true, SMALL);
    expect(call).toThrow(expect.objectContaining({ code: 'unsupported-source' }));
    expect(layOutTs([item(0, 100, {}, true)], true, SMALL)).toHaveLength(1);
  });

  test.each([
    [10_000, 6 * MIB, 10_000, 10_000],
    [10_001, 6 * MIB, 9_990, 10_000],
    [14_400, 6 * MIB, 9_300, 10_000],
    [43_200, 6 * MIB, 9_000, 10_000],
    [43_200, 2 * MIB, 2_000, 3_000],
  ])('puts %d pieces of %d bytes into %d to %d parts', (count, sizeBytes, least, most) => {
    const items = Array.from({ length: count }, (_, index) => item(index, sizeBytes));
    const parts = layOutTs(items, true, DEFAULT_PLAN_LIMITS);
    expect(parts.length).toBeGreaterThanOrEqual(least);
    expect(parts.length).toBeLessThanOrEqual(most);
    expect(parts.reduce((sum, part) => sum + part.pieces.length, 0)).toBe(count);
  });

  it('streams no more than it must to stay under 10,000 parts', () => {
    const items = Array.from({ length: 14_400 }, (_, index) => item(index, 6 * MIB));
    const copied = layOutTs(items, true, DEFAULT_PLAN_LIMITS).filter((part) => part.method === 'store-copy');
    expect(copied.length).toBeGreaterThan(9_000 - 300);
  });

  it('refuses what no object can hold', () => {
    const call = () => layOutTs(ofSizes(Array.from({ length: 60 }, () => 99)), false, SMALL);
    expect(call).toThrow(expect.objectContaining({ code: 'too-long' }));
  });
});

const anyItems = fc
  .array(
    fc.record({
      sizeBytes: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 90 })),
      kind: fc.constantFrom('plain', 'plain', 'plain', 'cipher', 'range', 'next-range'),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .chain((sketches) => fc.tuple(fc.constant(sketches), fc.boolean(), fc.boolean()))
  .map(([sketches, trimStart, trimEnd]) => {
    let at = 0;
    return sketches.map(({ sizeBytes, kind }, index) => {
      const ends = (index === 0 && trimStart) || (index === sketches.length - 1 && trimEnd);
      if (kind === 'cipher') return item(index, sizeBytes, { cipher: CIPHER }, ends);
      if (kind === 'plain') return item(index, sizeBytes, {}, ends);
      const start = kind === 'range' ? at + 1 : at;
      at = start + sizeBytes;
      return item(index, sizeBytes, { key: 'big', byteRange: [start, at] }, ends);
    });
  });

describe('the parts of any ts output', () => {
  const leastBytes = (part: TsPart, items: LayoutPiece[]): number =>
    part.pieces.reduce((sum, piece) => {
      if (items[piece.segmentIndex].trimmed) return sum;
      return sum + (piece.cipher ? Math.max(0, piece.sizeBytes - 16) : piece.sizeBytes);
    }, 0);
  const bytes = (pieces: Piece[]) => pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);

  /** Pieces with what was lent to neighbours put together again. */
  const wholes = (pieces: Piece[]): Piece[] => {
    const joined: Piece[] = [];
    for (const piece of pieces) {
      const before = joined.at(-1);
      if (before?.segmentIndex !== piece.segmentIndex) joined.push({ ...piece });
      else {
        expect(piece).toMatchObject({ durationTicks: 0, byteRange: [before.byteRange![1], expect.any(Number)] });
        before.byteRange = [before.byteRange![0], piece.byteRange![1]];
        before.sizeBytes += piece.sizeBytes;
      }
    }
    return joined.map(({ byteRange, ...piece }) => ({ ...piece, ...(piece.key === 'big' && { byteRange }) }));
  };

  /** More than the largest groups in all parts but one hold. */
  const isTooLong = (items: LayoutPiece[]): boolean =>
    bytes(items.map(({ piece }) => piece)) > (SMALL.maxPartBytes / 4) * (SMALL.maxParts - 1);

  const check = (items: LayoutPiece[], storeCopy: boolean): void => {
    fc.pre(!isTooLong(items));
    const parts = layOutTs(items, storeCopy, SMALL);
    expect(wholes(parts.flatMap((part) => part.pieces))).toEqual(items.map(({ piece }) => piece));
    expect(parts.map((part) => part.partNumber)).toEqual(parts.map((_part, index) => index + 1));
    expect(parts.length).toBeLessThanOrEqual(SMALL.maxParts);
    for (const [index, part] of parts.entries()) {
      if (index < parts.length - 1) expect(leastBytes(part, items)).toBeGreaterThanOrEqual(SMALL.minPartBytes);
      expect(bytes(part.pieces)).toBeLessThanOrEqual(SMALL.maxPartBytes);
      if (part.method === 'stream') continue;
      expect(storeCopy).toBe(true);
      const { key, byteRange } = copySourceOf(part);
      expect(part.pieces.every((piece) => piece.key === key && !piece.cipher)).toBe(true);
      expect(part.pieces.some((piece) => items[piece.segmentIndex].trimmed)).toBe(false);
      const { objectBytes } = items[part.pieces[0].segmentIndex];
      if (byteRange) expect(objectBytes).toBeGreaterThanOrEqual(SMALL.minRangeCopyObjectBytes);
      if (byteRange) expect(byteRange[1] - byteRange[0]).toBe(bytes(part.pieces));
      else expect(part.pieces).toHaveLength(1);
    }
  };

  it('obey every rule of a multipart upload and own every piece once, in order', () => {
    fc.assert(fc.property(anyItems, fc.boolean(), check), { numRuns: 500 });
  });
});
