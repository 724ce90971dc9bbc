import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SampleMemory } from './sample-memory.js';
import { BLOCK_BYTES, SamplePool } from './sample-pool.js';

describe('SamplePool', () => {
  it('gives a block again when all that was cut from it came back, in other pieces and another order', () => {
    const pool = new SamplePool();
    const memory = new SampleMemory(pool);
    const first = memory.take(300);
    const { buffer } = first;
    memory.take(200);
    memory.close();
    pool.giveBack([new Uint8Array(buffer, 100, 400)]);
    expect(pool.take()).not.toBe(buffer);
    pool.giveBack([first.subarray(0, 100)]);
    expect(pool.take()).toBe(buffer);
    expect(pool.take()).not.toBe(buffer);
  });

  it('gives no block again that more may be cut from', () => {
    const pool = new SamplePool();
    const memory = new SampleMemory(pool);
    const sample = memory.take(1000);
    pool.giveBack([sample]);
    expect(pool.take()).not.toBe(sample.buffer);
    memory.close();
    expect(pool.take()).toBe(sample.buffer);
  });

  it('ignores memory that is not its own, as that of a sample that would fill most of a block', () => {
    const pool = new SamplePool();
    const large = new SampleMemory(pool).take(BLOCK_BYTES + 1);
    pool.giveBack([large, new Uint8Array(BLOCK_BYTES)]);
    expect(pool.take().byteLength).toBe(BLOCK_BYTES);
  });

  it('never has two samples in the same bytes, whichever of them are kept and which come back', () => {
    const steps = fc.array(fc.record({ sizeBytes: fc.integer({ min: 1, max: 250_000 }), isKept: fc.boolean() }), {
      minLength: 10,
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (samples, heldCount) => {
        const pool = new SamplePool();
        const memories = [new SampleMemory(pool), new SampleMemory(pool)];
        const held: { bytes: Uint8Array; index: number; isKept: boolean }[] = [];
        const check = (): void => {
          for (const { bytes, index } of held) expect(bytes.every((byte) => byte === index)).toBe(true);
        };
        for (const [index, { sizeBytes, isKept }] of samples.entries()) {
          held.push({ bytes: memories[index % 2].take(sizeBytes).fill(index), index, isKept });
          if (index % heldCount > 0) continue;
          check();
          const back = held.filter((sample) => !sample.isKept).slice(0, heldCount);
          pool.giveBack(back.map(({ bytes }) => bytes));
          for (const sample of back) held.splice(held.indexOf(sample), 1);
        }
        check();
      }),
      { numRuns: 20 },
    );
  });
});
