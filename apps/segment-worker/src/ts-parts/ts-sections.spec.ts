import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Piece } from '@clipfleet/timeline';
import { edgeStretches, type Section } from './ts-sections.js';

const MIB = 1024 * 1024;
const EDGE = { offsetTicks: 1 };

const piecesOf = (sizes: readonly number[], runs: readonly number[] = []): Piece[] =>
  sizes.map((mebibytes, segmentIndex) => ({
    ...{ segmentIndex, key: `${segmentIndex}.ts`, sizeBytes: mebibytes * MIB },
    ...{ durationTicks: 180_000, runIndex: runs[segmentIndex] ?? 0 },
  }));
const sectionOf = (pieces: Piece[], starts: boolean, ends: boolean): Section => ({
  ...{ clipIndex: 0, lead: piecesOf([1]), pieces, tail: [] },
  ...(starts && { trimStart: EDGE }),
  ...(ends && { trimEnd: EDGE }),
});

describe('the stretches of a clip with encoded edges', () => {
  it.each<[string, number[], number[], boolean, boolean, number[]]>([
    ['no edge', [9, 9, 9, 9, 9], [], false, false, [5]],
    ['a short clip', [9, 9], [], true, true, [2]],
    ['a long one', [9, 9, 9, 9, 9], [], true, true, [1, 3, 1]],
    ['small pieces', Array<number>(50).fill(1), [], true, true, [16, 18, 16]],
    ['pieces larger than what is held', [40, 40, 40], [], true, true, [1, 1, 1]],
    ['two of these', [40, 40], [], true, true, [1, 1]],
    ['one of these', [40], [], true, true, [1]],
    ['a start alone', [9, 9, 9], [], true, false, [1, 2]],
    ['an end alone', [9, 9, 9], [], false, true, [2, 1]],
    ['a jump of the clock behind the first piece', [1, 1, 1], [0, 1, 1], true, true, [1, 2]],
    ['a jump of the clock between', [1, 1, 1], [0, 1, 2], true, true, [1, 1, 1]],
    ['a start alone, before a jump', [1, 1], [0, 1], true, false, [1, 1]],
  ])('of %s', (_name, sizes, runs, starts, ends, counts) => {
    const stretches = edgeStretches(sectionOf(piecesOf(sizes, runs), starts, ends));
    expect(stretches.map(({ pieces }) => pieces.length)).toEqual(counts);
  });

  it('have every piece once in order, each edge once where it belongs, and one clock where there is an edge', () => {
    const piece = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        fc.boolean(),
        (list, starts, ends) => {
          let run = 0;
          const runs = list.map(([, jumps], index) => (jumps && index > 0 ? ++run : run));
          const section = sectionOf(
            piecesOf(
              list.map(([size]) => size),
              runs,
            ),
            starts,
            ends,
          );
          const stretches = edgeStretches(section);
          expect(stretches.flatMap(({ pieces }) => pieces)).toEqual(section.pieces);
          expect(stretches.findIndex(({ trimStart }) => trimStart)).toBe(starts ? 0 : -1);
          expect(stretches.findIndex(({ trimEnd }) => trimEnd)).toBe(ends ? stretches.length - 1 : -1);
          for (const { pieces, trimStart, trimEnd, lead } of stretches) {
            expect(lead.length > 0).toBe(trimStart !== undefined || stretches.length === 1);
            if (trimStart || trimEnd) expect(pieces[0].runIndex).toBe(pieces.at(-1)!.runIndex);
          }
        },
      ),
    );
  });
});
