import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TICKS_PER_SECOND } from '../ticks.js';
import { keptRanges, touchedSegments, type UnitRange } from './kept-ranges.js';

const range = (start: number, end: number): UnitRange => ({ start, end });

describe('keptRanges', () => {
  it.each<[string, UnitRange[] | undefined, UnitRange[] | undefined, UnitRange[]]>([
    ['nothing said', undefined, undefined, [range(0, 10)]],
    ['one included', [range(2, 5)], undefined, [range(2, 5)]],
    ['two that meet', [range(5, 7), range(2, 5)], undefined, [range(2, 7)]],
    ['one excluded', undefined, [range(2, 5)], [range(0, 2), range(5, 10)]],
    ['the start excluded', undefined, [range(0, 5)], [range(5, 10)]],
    ['the end excluded', undefined, [range(5, 10)], [range(0, 5)]],
    ['all excluded', undefined, [range(0, 10)], []],
    ['included, then excluded', [range(1, 4), range(6, 9)], [range(3, 7)], [range(1, 3), range(7, 9)]],
    ['excluded where nothing is', [range(1, 4)], [range(5, 6)], [range(1, 4)]],
  ])('%s', (_what, include, exclude, kept) => {
    expect(keptRanges(10, include, exclude)).toEqual(kept);
  });

  it('is the arithmetic of sets', () => {
    const total = 40;
    const ranges = fc.array(
      fc.tuple(fc.nat(total), fc.nat(total)).map(([a, b]) => range(Math.min(a, b), Math.max(a, b))),
      { maxLength: 6 },
    );
    const units = (of: UnitRange[]): Set<number> =>
      new Set(of.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));
    fc.assert(
      fc.property(fc.option(ranges, { nil: undefined }), ranges, (include, exclude) => {
        const kept = keptRanges(total, include, exclude);
        const [included, excluded] = [units(include ?? [range(0, total)]), units(exclude)];
        const expected = [...included].filter((unit) => !excluded.has(unit)).toSorted((a, b) => a - b);
        expect([...units(kept)]).toEqual(expected);
        // in order and apart: each unit is in one range, and no two ranges could be one
        kept.forEach(({ start, end }, index) => {
          expect(end).toBeGreaterThan(start);
          if (index > 0) expect(start).toBeGreaterThan(kept[index - 1].end);
        });
      }),
    );
  });
});

describe('touchedSegments', () => {
  const seconds = (value: number): number => Math.round(value * TICKS_PER_SECOND);
  // 0–4, 4–8, 8–12, 12–14.5
  const segments = [4, 4, 4, 2.5].map((length, index) => ({
    startTicks: seconds(index * 4),
    durationTicks: seconds(length),
  }));
  const touched = (start: number, end: number): UnitRange[] =>
    touchedSegments(segments, [range(seconds(start), seconds(end))]);

  it.each([
    [0, 4, 0, 1],
    [0, 4.04, 0, 1],
    [0, 4.06, 0, 2],
    [3.96, 8, 1, 2],
    [3.94, 8, 0, 2],
    [5, 6, 1, 2],
    [5, 10, 1, 3],
    [12, 14.5, 3, 4],
    [0, 14.5, 0, 4],
    // shorter than the slack: half of it still is somewhere
    [3.99, 4.01, 0, 2],
    [4, 4.01, 1, 2],
    [14.49, 14.5, 3, 4],
  ])('%d s to %d s touch [%d, %d)', (start, end, first, behind) => {
    expect(touched(start, end)).toEqual([range(first, behind)]);
  });

  it('are all that a range has more of than the slack, and never none', () => {
    const total = seconds(14.5);
    fc.assert(
      fc.property(fc.nat(total - 1), fc.integer({ min: 1, max: total }), (start, length) => {
        const end = Math.min(total, start + length);
        const [found] = touchedSegments(segments, [range(start, end)]);
        expect(found.end).toBeGreaterThan(found.start);
        segments.forEach(({ startTicks, durationTicks }, index) => {
          const overlap = Math.min(end, startTicks + durationTicks) - Math.max(start, startTicks);
          const isFound = found.start <= index && index < found.end;
          if (overlap > seconds(0.05)) expect(isFound).toBe(true);
          if (overlap <= 0) expect(isFound).toBe(false);
        });
      }),
    );
  });
});
