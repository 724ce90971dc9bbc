import { describe, expect, it } from '@jest/globals';
import { watchExport } from './watch-export.js';

const watchOf = (values: (number | undefined)[], isLast = (value: number) => value < 0) => {
  let index = 0;
  let listener = (): void => undefined;
  const state = { subscribed: false };
  const iterable = watchExport<number>({
    read: async () => values[Math.min(index, values.length - 1)],
    isLast,
    onChange: (given) => {
      listener = given;
      state.subscribed = true;
      return () => (state.subscribed = false);
    },
    leastPauseMs: 1,
    longestPauseMs: 60_000,
  });
  const change = (): void => {
    index++;
    listener();
  };
  return { iterable, change, state };
};

describe('watchExport', () => {
  it('gives the value now and at each change, up to the last one', async () => {
    const { iterable, change, state } = watchOf([1, 2, -1]);
    const seen: number[] = [];
    for await (const value of iterable) {
      seen.push(value);
      change();
    }
    expect(seen).toEqual([1, 2, -1]);
    expect(state.subscribed).toBe(false);
  });

  it('gives nothing of what is not there', async () => {
    const { iterable } = watchOf([undefined]);
    for await (const value of iterable) expect(value).toBeUndefined();
    expect.assertions(0);
  });

  it('ends its subscription when its reader goes away', async () => {
    const { iterable, state } = watchOf([1]);
    for await (const value of iterable) {
      expect(value).toBe(1);
      expect(state.subscribed).toBe(true);
      break;
    }
    expect(state.subscribed).toBe(false);
  });
});
