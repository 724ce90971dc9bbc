import { describe, expect, it } from '@jest/globals';
import { HorizontalAutoscaler, SYNC_PERIOD_S } from './horizontal-autoscaler.js';
import { poolSpec } from './spec.fixture.js';

/** The pods after each sync, 15 s apart; undefined lags are those that nobody could read. */
const curve = (spec: ReturnType<typeof poolSpec>, first: number, lags: readonly (number | undefined)[]): number[] => {
  const autoscaler = new HorizontalAutoscaler(spec);
  let current = first;
  return lags.map((lag, n) => {
    const readings = [lag === undefined ? undefined : { total: lag, target: 2 }];
    current = autoscaler.sync(n * SYNC_PERIOD_S, current, readings);
    return current;
  });
};

describe('HorizontalAutoscaler', () => {
  it('grows by eight, then doubles, to the most there may be', () => {
    expect(curve(poolSpec(), 1, [200, 200, 200, 200])).toEqual([9, 18, 36, 40]);
  });

  it('shrinks by a fifth a minute, after five minutes in which less was wanted', () => {
    const lags = [20, ...Array.from({ length: 40 }, () => 2)];
    const made = curve(poolSpec(), 10, lags);
    // 300 s are 20 syncs; then 10 → 8 → 6 → 4 → 3 → 2, four syncs apart
    expect(made.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 10));
    expect([20, 24, 28, 32, 36, 40].map((n) => made[n])).toEqual([8, 6, 4, 3, 2, 1]);
    expect(made[23]).toBe(8);
  });

  it('does nothing about a target of no pods, and never makes one', () => {
    expect(curve(poolSpec(), 0, [200])).toEqual([0]);
    const lags = Array.from({ length: 120 }, () => 0);
    expect(curve(poolSpec(), 3, lags).at(-1)).toBe(1);
  });

  it('keeps what there is without an answer', () => {
    expect(curve(poolSpec(), 5, [undefined, undefined])).toEqual([5, 5]);
  });

  it.each([
    [50, 40],
    [1, 2],
  ])('brings %d pods to %d, which is within its bounds', (first, expected) => {
    expect(curve(poolSpec({ minReplicas: 2 }), first, [undefined])).toEqual([expected]);
  });
});
