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
  const record = (times: number): void => {
    for (let count = 0; count < times; count++) active.recorded('acme');
  };
  return { ask, asked, record, later: (ms: number) => (nowMs += ms) };
};

describe('the count of unfinished exports', () => {
  it('is asked once for requests that come together', async () => {
    const { ask, asked } = activeExports(0);
    expect(await ask(10, 640)).toBe(10);
    expect(asked).toEqual([640]);
  });

  it('is asked again when the share of what was left is given out', async () => {
    const { ask, asked } = activeExports(0);
    expect(await ask(20, 640)).toBe(20);
    expect(asked.length).toBe(3);
  });

  it.each([
    ['none of a limit below the share', 0, 63, 0],
    ['one of a limit that has one', 0, 64, 1],
    ['none when less than a share is left', 577, 640, 0],
    ['no more than is left, less a share', 0, 640, 577],
    ['the same where some are there', 320, 640, 257],
  ])('lets %s through without counting', async (_what, counted, limit, let1000) => {
    expect(await activeExports(counted).ask(1000, limit)).toBe(let1000);
  });

  it('does not count twice what has been recorded', async () => {
    const { ask, record, later } = activeExports(0);
    expect(await ask(1000, 640)).toBe(577);
    record(577);
    later(1_001);
    expect(await ask(1000, 640)).toBe(577);
  });

  it('is taken for true for a second', async () => {
    const { ask, asked, later } = activeExports(0);
    await ask(1, 1000);
    later(999);
    await ask(1, 1000);
    expect(asked.length).toBe(1);
    later(2);
    await ask(1, 1000);
    expect(asked.length).toBe(2);
  });

  it('is one for each tenant', async () => {
    const { ask } = activeExports(0);
    expect(await ask(1000, 640)).toBe(577);
    expect(await ask(1, 640, 'other')).toBe(1);
    expect(await ask(1, 640)).toBe(0);
  });

  it('is asked again after a failure', async () => {
    let calls = 0;
    const active = new ActiveExports(async () => {
      calls += 1;
      if (calls === 1) throw new Error('no database');
      return 0;
    });
    await expect(active.letsThrough('acme', 1000)).rejects.toThrow('no database');
    expect(await active.letsThrough('acme', 1000)).toBe(true);
  });
});
