import { describe, expect, it } from '@jest/globals';
import { ReadPool, READ_BYTES } from './read-pool.js';

describe('ReadPool', () => {
  it('gives memory again, and all of it, once a part of it came back', () => {
    const pool = new ReadPool();
    const first = pool.take();
    expect(pool.take().buffer).not.toBe(first.buffer);
    pool.giveBack(first.subarray(10, 20));
    const again = pool.take();
    expect(again.buffer).toBe(first.buffer);
    expect(again).toHaveLength(READ_BYTES);
  });

  it('never lends the same memory twice, however often it comes back', () => {
    const pool = new ReadPool();
    const bytes = pool.take();
    pool.giveBack(bytes);
    pool.giveBack(bytes);
    expect(pool.take().buffer).not.toBe(pool.take().buffer);
  });

  it('ignores memory that is not its own', () => {
    const pool = new ReadPool();
    const other = new Uint8Array(READ_BYTES);
    pool.giveBack(other);
    expect(pool.take().buffer).not.toBe(other.buffer);
  });
});
