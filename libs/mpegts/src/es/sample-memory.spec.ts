import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SampleMemory } from './sample-memory.js';

describe('SampleMemory', () => {
  it('gives every sample bytes of its own, whatever the sizes', () => {
    const sizes = fc.array(fc.oneof(fc.nat(2_000), fc.integer({ min: 100_000, max: 700_000 })), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, (sizesBytes) => {
        const memory = new SampleMemory();
        const samples = sizesBytes.map((sizeBytes, index) => memory.take(sizeBytes).fill(index));
        samples.forEach((sample, index) => {
          expect(sample).toHaveLength(sizesBytes[index]);
          expect(sample.every((byte) => byte === index)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('lays samples one behind the other, so that they can be written as one', () => {
    const memory = new SampleMemory();
    const [first, second] = [memory.take(100), memory.take(200)];
    expect(second.buffer).toBe(first.buffer);
    expect(second.byteOffset).toBe(first.byteOffset + 100);
  });

  it('holds no block for a sample that would fill most of one', () => {
    expect(new SampleMemory().take(5_000_000).buffer.byteLength).toBe(5_000_000);
  });

  it('copies: what is done to the source later does not show', () => {
    const source = Uint8Array.of(1, 2, 3);
    const copied = new SampleMemory().copy(source);
    source.fill(9);
    expect([...copied]).toEqual([1, 2, 3]);
  });
});
