import { describe, expect, it } from '@jest/globals';
import { ActiveExports } from './active-exports.js';

const activeExports = (counted: number) => {
  let nowMs = 1;
  const asked: number[] = [];
  const active = new ActiveExports(
    async (_tenantId, limit) => {
      asked.push(limit);
      return Math.min(limit, counted);
    },
    () => nowMs,
  );
  const ask = async (times: number, limit: number, tenantId = 'acme'): Promise<number> => {
    const answers = await Promise.all(Array.from({ length: times }, () => active.letsThrough(tenantId, limit)));
    return answers.filter((answer) => answer).length;
  };
  return { ask, asked, later: (ms: number) => (nowMs += ms) };
};

describe('the count of unfinished exports', () => {
  it('is asked once for requests that come together', async () => {
    const { ask, asked } = activeExports(0);
    expect(await ask(5, 100)).toBe(5);
    expect(asked).toEqual([50]);
  });

  it.each([
    ['none of a limit of one', 0, 1, 0],
    ['one of a limit of two', 0, 2, 1],
    ['half of the limit', 0, 100, 50],
    ['what is left of the half', 30, 100, 20],
    ['none when half is used', 50, 100, 0],
  ])('lets %s through without another look', async (_what, counted, limit, let100) => {
    expect(await activeExports(counted).ask(100, limit)).toBe(let100);
  });

  it('is taken for true for a second', async () => {
    const { ask, asked, later } = activeExports(0);
    await ask(1, 100);
    later(999);
    await ask(1, 100);
    expect(asked.length).toBe(1);
    later(2);
    await ask(1, 100);
    expect(asked.length).toBe(2);
  });

  it('is one for each tenant', async () => {
    const { ask } = activeExports(0);
    expect(await ask(50, 100)).toBe(50);
    expect(await ask(50, 100, 'other')).toBe(50);
    expect(await ask(1, 100)).toBe(0);
  });

  it('is asked again after a failure', async () => {
    let calls = 0;
    const active = new ActiveExports(async () => {
      calls += 1;
      if (calls === 1) throw new Error('no database');
      return 0;
    });
    await expect(active.letsThrough('acme', 10)).rejects.toThrow('no database');
    expect(await active.letsThrough('acme', 10)).toBe(true);
  });
});
