import { describe, expect, it } from '@jest/globals';
import type { CompletedTask } from '@clipfleet/ledger';
import { assemblyOf } from './part-list.js';

const part = (partNumber: number, sizeBytes = 10) => ({ partNumber, etag: `e${partNumber}`, sizeBytes });
const task = (taskIndex: number, ...partNumbers: number[]): CompletedTask => ({
  taskIndex,
  kind: 'ts-parts',
  result: { parts: partNumbers.map((number) => part(number)), storeCopyBytes: 0, workerBytes: 0, warnings: [] },
});

describe('assemblyOf', () => {
  it('lists all parts in ascending order, gaps and all', () => {
    expect(assemblyOf([task(1, 12, 9), task(0, 2, 3)])).toEqual({
      parts: [2, 3, 9, 12].map((n) => part(n)),
      sizeBytes: 40,
    });
  });

  it('takes a header as the first part', () => {
    expect(assemblyOf([task(0, 2)], [part(1, 7)])).toEqual({ parts: [part(1, 7), part(2)], sizeBytes: 17 });
  });

  it('refuses a part that two tasks wrote', () => {
    expect(() => assemblyOf([task(0, 1, 2), task(1, 2)])).toThrow('part 2 was reported by two tasks');
  });

  it('refuses an output without a part', () => {
    expect(() => assemblyOf([task(0)])).toThrow('no part was reported');
  });
});
