import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PartSplitter, type SplitPart } from './part-splitter.js';

const MIN = 5;

function split(sizes: readonly number[], options: { target: number; reserve: number; isLast: boolean }) {
  const { target: targetPartBytes, reserve: reserveBytes, isLast } = options;
  const splitter = new PartSplitter({ targetPartBytes, reserveBytes, isLast, minPartBytes: MIN });
  const input: number[] = [];
  const parts: SplitPart[] = [];
  for (const size of sizes) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => 1 + ((input.length + i) % 255));
    input.push(...bytes);
    parts.push(...splitter.push(bytes));
  }
  const end = splitter.finish();
  return { input, parts: [...parts, ...end.parts], end };
}

const bytesOf = (chunks: readonly Uint8Array[]): number[] => chunks.flatMap((chunk) => [...chunk]);

describe('part splitter', () => {
  it.each([
    { name: 'one part below the target', sizes: [7], target: 10, isLast: true, expected: [7] },
    { name: 'the remainder goes into the last part', sizes: [24], target: 10, isLast: true, expected: [10, 14] },
    { name: 'a remainder that is a part of its own', sizes: [25], target: 10, isLast: true, expected: [10, 10, 5] },
    { name: 'a small last range stays small', sizes: [3], target: 10, isLast: true, expected: [3] },
    { name: 'a small range that is not the last is filled up', sizes: [3], target: 10, isLast: false, expected: [5] },
    { name: 'a range of nothing has no part', sizes: [], target: 10, isLast: false, expected: [] },
    { name: 'a target below the least part is raised', sizes: [12], target: 1, isLast: true, expected: [5, 7] },
  ])('$name', ({ sizes, target, isLast, expected }) => {
    const { parts } = split(sizes, { target, isLast, reserve: 0 });
    expect(parts.map(({ sizeBytes }) => sizeBytes)).toEqual(expected);
  });

  it('keeps every byte in order, whatever the sizes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 });
    const target = fc.integer({ min: MIN, max: 30 });
    fc.assert(
      fc.property(sizes, target, fc.integer({ min: 0, max: 20 }), fc.boolean(), (sizes, target, reserve, isLast) => {
        const { input, parts, end } = split(sizes, { target, reserve, isLast });
        const stored = [...bytesOf(end.reserved), ...parts.flatMap(({ chunks }) => bytesOf(chunks))];
        expect(stored).toEqual([...input, ...Array<number>(end.paddingBytes).fill(0)]);
        expect(end.reservedBytes).toBe(Math.min(reserve, input.length));
        expect(parts.map(({ index }) => index)).toEqual(parts.map((_, i) => i));
        const mustBeFull = isLast ? parts.slice(0, -1) : parts;
        expect(mustBeFull.every(({ sizeBytes }) => sizeBytes >= MIN)).toBe(true);
        expect(parts.every(({ sizeBytes }) => sizeBytes < target + MIN)).toBe(true);
      }),
    );
  });
});
