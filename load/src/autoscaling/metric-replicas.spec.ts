import { describe, expect, it } from '@jest/globals';
import { type MetricReading, proposedReplicas, replicasForMetric } from './metric-replicas.js';

describe('replicasForMetric', () => {
  it.each([
    // total, target, current → replicas
    [1, 2, 1, 1],
    [2, 2, 1, 1],
    [3, 2, 1, 2],
    [4, 2, 1, 2],
    [5, 2, 1, 3],
    [0, 2, 3, 0],
    [600, 60, 1, 10],
    [601, 60, 1, 11],
    // within a tenth of what fits the pods there are nothing changes
    [22, 2, 10, 10],
    [23, 2, 10, 12],
    [18, 2, 10, 10],
    [17, 2, 10, 9],
  ])('a total of %d at %d a pod makes of %d pods %d', (total, target, current, replicas) => {
    expect(replicasForMetric({ total, target }, current)).toBe(replicas);
  });
});

describe('proposedReplicas', () => {
  const of = (replicas: number): MetricReading => ({ total: replicas * 2, target: 2 });

  it.each([
    ['the most that any asks for', [of(3), of(7)], 5, 7],
    ['fewer, when all ask for fewer', [of(1), of(2)], 5, 2],
    ['more, although one has no answer', [undefined, of(7)], 5, 7],
    ['nothing, when one has no answer and the others ask for fewer', [undefined, of(2)], 5, undefined],
    ['nothing, when none has an answer', [undefined, undefined], 5, undefined],
  ])('is %s', (_, readings, current, replicas) => {
    expect(proposedReplicas(readings, current)).toBe(replicas);
  });
});
