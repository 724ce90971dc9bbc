import { describe, expect, it } from '@jest/globals';
import { BodyMemory } from './body-memory.js';

const MIB = 1024 * 1024;

describe('the memory of bodies', () => {
  it('holds the pieces one behind the other', () => {
    const joined = new BodyMemory().join([Buffer.from('ab'), Buffer.alloc(0), Buffer.from('cde')]);
    expect(Buffer.from(joined).toString()).toBe('abcde');
    expect(new BodyMemory().join([])).toHaveLength(0);
  });

  it('is used again by bodies that it is large enough for, once it is given back', () => {
    const memory = new BodyMemory();
    const first = memory.join([Buffer.alloc(3 * MIB)]);
    expect(memory.join([Buffer.alloc(MIB)]).buffer).not.toBe(first.buffer);
    memory.giveBack(first);
    const again = memory.join([Buffer.alloc(2 * MIB, 'x'), Buffer.from('y')]);
    expect(again.buffer).toBe(first.buffer);
    expect([again.byteLength, again.at(-1)]).toEqual([2 * MIB + 1, 'y'.charCodeAt(0)]);
  });

  it('makes room for a larger one where it is too small', () => {
    const memory = new BodyMemory();
    const small = memory.join([Buffer.alloc(MIB)]);
    memory.giveBack(small);
    memory.giveBack(memory.join([Buffer.alloc(2 * MIB)]));
    expect(memory.join([Buffer.alloc(1)]).buffer).not.toBe(small.buffer);
  });

  it('is not kept for the parts of large outputs', () => {
    const memory = new BodyMemory();
    const large = memory.join([Buffer.alloc(17 * MIB)]);
    memory.giveBack(large);
    expect(memory.join([Buffer.alloc(17 * MIB)]).buffer).not.toBe(large.buffer);
  });
});
