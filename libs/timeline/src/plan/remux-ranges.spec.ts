import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Cut } from './cut.js';
import type { Piece } from './piece.js';
import { DEFAULT_PLAN_LIMITS, type PlanLimits } from './plan-input.js';
import { planRemuxTasks, type RemuxJob } from './remux-ranges.js';

const CUT: Cut = {
  source: { storeId: 'main', bucket: 'in' },
  cutMode: 'exact',
  lead: [{ segmentIndex: 999, key: 'lead', sizeBytes: 7, durationTicks: 1, runIndex: 0 }],
  trimStart: { offsetTicks: 5 },
  trimEnd: { offsetTicks: 9 },
  warnings: [],
};

const pieceOf = (segmentIndex: number, sizeBytes: number, runIndex = 0): Piece => ({
  ...{ segmentIndex, key: `${segmentIndex}`, sizeBytes, durationTicks: 1, runIndex },
});

const plan = (pieces: Piece[], limits: Partial<PlanLimits>, after: Piece[] = []) => {
  const job: RemuxJob = {
    clips: [{ clipIndex: 0, pieces, cut: CUT, after: { tail: after } }],
    cutMode: 'exact',
    container: 'mp4',
    programOf: (piece: Piece) => `run ${piece.runIndex}`,
  };
  return planRemuxTasks(job, { ...DEFAULT_PLAN_LIMITS, smallOutputBytes: 0, minPartBytes: 0, tailMs: 0, ...limits });
};
const names = (pieces: Piece[]) => pieces.map((piece) => piece.key).join(' ');

describe('planRemuxTasks', () => {
  it('makes one range of everything where no more are allowed, with all part numbers', () => {
    const tasks = plan([pieceOf(0, 1e9), pieceOf(1, 1e9)], {}, [pieceOf(2, 1)]);
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      ...{ rangeIndex: 0, rangeCount: 1, partBlock: { firstPartNumber: 1, partCount: 10_000 }, workBytes: 2e9 + 8 },
      ...{ lead: CUT.lead, trimStart: CUT.trimStart, trimEnd: CUT.trimEnd, programBase64: 'run 0' },
    });
    expect(names(tasks[0].tail)).toBe('2');
  });

  it('makes the first range larger by the part that its first bytes fill behind the header', () => {
    const pieces = Array.from({ length: 6 }, (_, index) => pieceOf(index, 10));
    const limits = { maxRanges: 6, taskStreamBytes: 10, minRangeBytes: 10 };
    const rangesOf = (minPartBytes: number) =>
      plan(pieces, { ...limits, minPartBytes }).map((task) => names(task.pieces));
    expect(rangesOf(0)[0]).toBe('0');
    expect(rangesOf(5)[0]).toBe('0 1');
  });

  it('keeps the first part number for the header when there are several', () => {
    const limits = { maxRanges: 3, taskStreamBytes: 10, minRangeBytes: 5, tailBytes: 0 };
    const tasks = plan(
      Array.from({ length: 6 }, (_, i) => pieceOf(i, 10, i < 4 ? 0 : 1)),
      limits,
      [pieceOf(6, 1, 1)],
    );
    expect(tasks.map((task) => names(task.pieces))).toEqual(['0 1', '2 3', '4 5']);
    expect(tasks.map((task) => names(task.tail))).toEqual(['2', '', '6']);
    expect(tasks.map((task) => task.partBlock.firstPartNumber)).toEqual([2, 3335, 6668]);
    expect(tasks.map((task) => [task.lead.length, task.trimStart !== undefined, task.trimEnd !== undefined])).toEqual([
      [1, true, false],
      [0, false, false],
      [0, false, true],
    ]);
    expect(tasks.map((task) => task.programBase64)).toEqual(['run 0', 'run 0', 'run 1']);
  });

  it('for any pieces owns each once in order, in disjoint blocks of part numbers', () => {
    const piecesOf = fc
      .array(fc.record({ sizeBytes: fc.integer({ min: 1, max: 100 }), next: fc.boolean() }), {
        minLength: 1,
        maxLength: 80,
      })
      .map((sketches) => {
        let run = 0;
        return sketches.map(({ sizeBytes, next }, index) => pieceOf(index, sizeBytes, (run += Number(next))));
      });
    const limitsOf = fc.record({
      maxRanges: fc.integer({ min: 1, max: 60 }),
      taskStreamBytes: fc.integer({ min: 1, max: 500 }),
      minRangeBytes: fc.integer({ min: 1, max: 60 }),
      smallOutputBytes: fc.integer({ min: 0, max: 200 }),
      tailBytes: fc.integer({ min: 0, max: 200 }),
      maxParts: fc.integer({ min: 61, max: 200 }),
    });
    fc.assert(
      fc.property(piecesOf, limitsOf, (pieces, limits) => {
        const tasks = plan(pieces, limits);
        expect(tasks.flatMap((task) => task.pieces)).toEqual(pieces);
        expect(tasks.length).toBeLessThanOrEqual(limits.maxRanges);
        let free = tasks.length === 1 ? 1 : 2;
        tasks.forEach((task, index) => {
          expect([task.rangeIndex, task.rangeCount]).toEqual([index, tasks.length]);
          expect(task.partBlock.firstPartNumber).toBe(free);
          free += task.partBlock.partCount;
          const bytes = task.pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
          if (index < tasks.length - 1) expect(bytes).toBeGreaterThanOrEqual(limits.minRangeBytes);
          const run = task.pieces.at(-1)!.runIndex;
          expect(task.tail.every((piece) => piece.runIndex === run)).toBe(true);
          expect(task.tail.map((piece) => piece.segmentIndex)).toEqual(
            task.tail.map((_piece, i) => task.pieces.at(-1)!.segmentIndex + 1 + i),
          );
        });
        expect(free - 1).toBeLessThanOrEqual(limits.maxParts);
      }),
      { numRuns: 300 },
    );
  });
});
