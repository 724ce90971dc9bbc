import { describe, expect, it } from '@jest/globals';
import type { Fallback } from '@clipfleet/deploy';
import { fallbackReplicas, MetricWithFallback } from './fallback.js';

const fallback: Fallback = { failureThreshold: 3, replicas: 2, behavior: 'currentReplicasIfHigher' };

describe('fallbackReplicas', () => {
  it.each([
    ['static', 5, 2],
    ['currentReplicas', 5, 5],
    ['currentReplicasIfHigher', 5, 5],
    ['currentReplicasIfHigher', 1, 2],
    ['currentReplicasIfLower', 5, 2],
    ['currentReplicasIfLower', 1, 1],
  ] as const)('%s of %d pods is %d', (behavior, current, replicas) => {
    expect(fallbackReplicas({ ...fallback, behavior }, current)).toBe(replicas);
  });
});

describe('MetricWithFallback', () => {
  it('has no answer for as many failures as the threshold, then one that makes the replicas of the fallback', () => {
    const metric = new MetricWithFallback(60, fallback);
    expect([1, 2, 3].map(() => metric.reading(undefined, 1))).toEqual([undefined, undefined, undefined]);
    expect(metric.reading(undefined, 1)).toEqual({ total: 120, target: 60 });
    expect(metric.reading(undefined, 7)).toEqual({ total: 420, target: 60 });
  });

  it('counts failures in a row only', () => {
    const metric = new MetricWithFallback(60, fallback);
    for (let n = 0; n < 3; n++) metric.reading(undefined, 1);
    expect(metric.reading(5, 1)).toEqual({ total: 5, target: 60 });
    expect(metric.reading(undefined, 1)).toBeUndefined();
  });

  it('has none, ever, without a fallback', () => {
    const metric = new MetricWithFallback(60, undefined);
    expect(Array.from({ length: 9 }, () => metric.reading(undefined, 1)).at(-1)).toBeUndefined();
  });
});
