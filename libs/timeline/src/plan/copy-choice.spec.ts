import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { chooseCopies, type CopiedRange, type CopyUnit } from './copy-choice.js';

const RULES = { minPartBytes: 4, borrowBytes: 1 };

/** Bytes that a choice streams; infinite when it breaks a rule. */
const streamedBy = (units: CopyUnit[], ranges: readonly (CopiedRange | undefined)[]): number => {
  let streamed = 0;
  let open: number | undefined;
  for (const [index, unit] of units.entries()) {
    const range = ranges[index];
    const { headBytes = 0, tailBytes = 0 } = range ?? {};
    if (range === undefined) {
      streamed += unit.sizeBytes;
      open = (open ?? 0) + unit.leastBytes;
      continue;
    }
    if (!unit.copyable || unit.sizeBytes - headBytes - tailBytes < RULES.minPartBytes) return Infinity;
    if (headBytes + tailBytes > 0 && !unit.divisible) return Infinity;
    if (headBytes > 0) open = (open ?? 0) + headBytes;
    if (open !== undefined && open < RULES.minPartBytes) return Infinity;
    streamed += headBytes + tailBytes;
    open = tailBytes > 0 ? tailBytes : undefined;
  }
  return streamed;
};

/** Tries every way. */
const least = (units: CopyUnit[]): number => {
  const ways = (unit: CopyUnit): (CopiedRange | undefined)[] => {
    if (!unit.copyable) return [undefined];
    const spare = unit.divisible ? unit.sizeBytes - RULES.minPartBytes : 0;
    const most = Array.from({ length: Math.min(spare, RULES.minPartBytes) + 1 }, (_, bytes) => bytes);
    const ranges = most.flatMap((headBytes) =>
      most.filter((tailBytes) => headBytes + tailBytes <= spare).map((tailBytes) => ({ headBytes, tailBytes })),
    );
    return [undefined, ...ranges];
  };
  const tryFrom = (index: number, ranges: (CopiedRange | undefined)[]): number => {
    if (index === units.length) return streamedBy(units, ranges);
    return Math.min(...ways(units[index]).map((range) => tryFrom(index + 1, [...ranges, range])));
  };
  return tryFrom(0, []);
};

const unit = (sizeBytes: number, changes: Partial<CopyUnit> = {}): CopyUnit => ({
  ...{ sizeBytes, leastBytes: sizeBytes, divisible: sizeBytes > 4, copyable: sizeBytes >= 4 },
  ...changes,
});

describe('chooseCopies', () => {
  it.each<[string, CopyUnit[], (string | undefined)[]]>([
    ['copies all that may be a part', [unit(4), unit(9)], ['0-0', '0-0']],
    ['borrows the start of the next unit', [unit(3), unit(9)], [undefined, '1-0']],
    ['borrows the end of the unit before', [unit(9), unit(3), unit(4)], ['0-1', undefined, '0-0']],
    ['borrows from both', [unit(5), unit(2), unit(5)], ['0-1', undefined, '1-0']],
    [
      'streams the smaller neighbour when nothing can be lent',
      [unit(5, { divisible: false }), unit(1), unit(4), unit(4)],
      ['0-0', undefined, undefined, '0-0'],
    ],
    ['needs nothing behind the last', [unit(4), unit(1)], ['0-0', undefined]],
    ['counts what is cut as nothing', [unit(9, { leastBytes: 0, copyable: false }), unit(9)], [undefined, '4-0']],
    [
      'leaves whole what cannot be divided',
      [unit(1), unit(9, { divisible: false }), unit(5)],
      [undefined, undefined, '0-0'],
    ],
  ])('%s', (_name, units, expected) => {
    const made = chooseCopies(units, RULES);
    expect(made.map((range) => range && `${range.headBytes}-${range.tailBytes}`)).toEqual(expected);
  });

  it('streams as few bytes as the best of all ways', () => {
    const anyUnit = fc
      .record({
        sizeBytes: fc.integer({ min: 1, max: 10 }),
        kind: fc.constantFrom('plain', 'plain', 'cut', 'whole', 'cipher'),
      })
      .map(({ sizeBytes, kind }) => {
        if (kind === 'cut') return unit(sizeBytes, { leastBytes: 0, copyable: false });
        if (kind === 'cipher') return unit(sizeBytes, { leastBytes: Math.max(0, sizeBytes - 2), copyable: false });
        return unit(sizeBytes, kind === 'whole' ? { divisible: false } : {});
      });
    fc.assert(
      fc.property(fc.array(anyUnit, { maxLength: 6 }), (units) => {
        expect(streamedBy(units, chooseCopies(units, RULES))).toBe(least(units));
      }),
      { numRuns: 300 },
    );
  });
});
