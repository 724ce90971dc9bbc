import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredPart } from './current-part.js';
import { spansOf } from './part-slices.js';

const partsOf = (sizes: readonly number[]): StoredPart[] =>
  sizes.map((sizeBytes, index) => ({ partNumber: index + 1, dataName: `data-${index}`, sizeBytes, etag: `${index}` }));

describe('the spans that parts are joined by', () => {
  it.each([
    ['as many as are allowed', [40, 40, 40], 3, [0, 40, 80]],
    ['steps that do not fit', [41, 41], 2, [0, 50]],
    ['few bytes', [15], 4, [0]],
    ['just more than the least span', [21], 4, [0, 20]],
    ['no bytes', [0, 0], 4, []],
  ])('begin at whole steps: %s', (_name, sizes, maxSpans, starts) => {
    const spans = spansOf(partsOf(sizes), { maxSpans, stepBytes: 10, minSpanBytes: 20 });
    expect(spans.map(({ startByte }) => startByte)).toEqual(starts);
  });

  it('have the bytes of a stretch alone', () => {
    const spans = spansOf(partsOf([30, 5, 30]), { maxSpans: 2, stepBytes: 10, minSpanBytes: 10 }, [20, 50]);
    const told = spans.map(({ startByte, slices }) => [
      startByte,
      slices.map(({ part, startByte: from, endByte }) => [part.partNumber, from, endByte]),
    ]);
    expect(told).toEqual([
      [
        20,
        [
          [1, 20, 30],
          [2, 0, 5],
          [3, 0, 5],
        ],
      ],
      [40, [[3, 5, 15]]],
    ]);
  });

  it('have every byte of every part once and in order, whatever the sizes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (given, maxSpans, stepBytes) => {
          const parts = partsOf(given);
          const spans = spansOf(parts, { maxSpans, stepBytes, minSpanBytes: 2 * stepBytes });
          expect(spans.length).toBeLessThanOrEqual(maxSpans);
          let at = 0;
          const taken = parts.map(() => 0);
          for (const { startByte, slices } of spans) {
            expect([startByte, startByte % stepBytes]).toEqual([at, 0]);
            for (const slice of slices) {
              const index = slice.part.partNumber - 1;
              expect(slice.startByte).toBe(taken[index]);
              expect(taken.slice(0, index)).toEqual(given.slice(0, index));
              taken[index] = slice.endByte;
              at += slice.endByte - slice.startByte;
            }
          }
          expect(taken).toEqual(given);
        },
      ),
    );
  });
});
