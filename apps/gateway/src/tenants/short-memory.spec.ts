import { describe, expect, it } from '@jest/globals';
import { ShortMemory } from './short-memory.js';

const memoryOf = (answer: (call: number) => string | undefined) => {
  let nowMs = 1;
  let calls = 0;
  const memory = new ShortMemory<string>(
    async () => answer(++calls),
    () => nowMs,
  );
  return { memory, calls: () => calls, later: (ms: number) => (nowMs += ms) };
};

describe('ShortMemory', () => {
  it('asks once for those who ask together', async () => {
    const { memory, calls } = memoryOf(() => 'a');
    expect(await Promise.all([memory.get('k'), memory.get('k'), memory.get('k')])).toEqual(['a', 'a', 'a']);
    expect(calls()).toBe(1);
    await memory.get('other');
    expect(calls()).toBe(2);
  });

  it.each([
    ['what is known, ten seconds', 'a', 10_000],
    ['what is unknown, one second', undefined, 1_000],
  ])('keeps %s', async (_what, answer, ttlMs) => {
    const { memory, calls, later } = memoryOf(() => answer);
    expect(await memory.get('k')).toBe(answer);
    later(ttlMs - 1);
    expect(await memory.get('k')).toBe(answer);
    expect(calls()).toBe(1);
    later(2);
    await memory.get('k');
    expect(calls()).toBe(2);
  });

  it('recalls without asking what it keeps, and nothing else', async () => {
    const { memory, calls, later } = memoryOf(() => 'a');
    expect(memory.recall('k')).toBeUndefined();
    const asking = memory.get('k');
    expect(memory.recall('k')).toBeUndefined();
    await asking;
    expect(memory.recall('k')).toBe('a');
    later(10_001);
    expect(memory.recall('k')).toBeUndefined();
    expect(calls()).toBe(1);
  });

  it('does not keep a failure', async () => {
    const { memory } = memoryOf((call) => {
      if (call === 1) throw new Error('the ledger is away');
      return 'a';
    });
    await expect(memory.get('k')).rejects.toThrow('away');
    expect(await memory.get('k')).toBe('a');
  });
});
