import { describe, expect, it } from '@jest/globals';
import { type PaceInput, remainingMs, retryAfterMs } from './pace.js';

const running: PaceInput = { state: 'running', doneBytes: 25, totalBytes: 100, acceptedAtMs: 0, startedAtMs: 1_000 };

describe('remainingMs', () => {
  it('goes on at the pace so far', () => {
    expect(remainingMs(running, 2_000)).toBe(3_000);
  });

  it.each([
    ['nothing is done', { doneBytes: 0 }],
    ['the total is not known', { totalBytes: 0 }],
    ['the work has not begun', { startedAtMs: null }],
  ])('does not guess when %s', (_why, change) => {
    expect(remainingMs({ ...running, ...change }, 2_000)).toBeUndefined();
  });

  it('is nothing when all is done, and not negative', () => {
    expect(remainingMs({ ...running, doneBytes: 100 }, 2_000)).toBe(0);
    expect(remainingMs({ ...running, doneBytes: 130 }, 2_000)).toBe(0);
    expect(remainingMs(running, 0)).toBe(0);
  });
});

describe('retryAfterMs', () => {
  it.each([['completed'], ['failed'], ['cancelled']] as const)('is 0 once an export has %s', (state) => {
    expect(retryAfterMs({ ...running, state }, 2_000)).toBe(0);
  });

  it.each([
    ['half of what is left', 25, 5_000, 6_000],
    ['not under half a second', 99, 2_000, 500],
    ['not over ten seconds', 1, 61_000, 10_000],
    ['by age while there is no pace', 0, 4_000, 2_000],
  ])('while running: %s', (_what, doneBytes, nowMs, expected) => {
    expect(retryAfterMs({ ...running, doneBytes }, nowMs)).toBe(expected);
  });

  it.each([
    ['queued', 100, 500],
    ['planning', 4_000, 2_000],
    ['queued', 100_000, 10_000],
    ['assembling', 100_000, 500],
  ] as const)('%s at the age of %i ms: %i', (state, nowMs, expected) => {
    expect(retryAfterMs({ ...running, state, startedAtMs: null }, nowMs)).toBe(expected);
  });
});
