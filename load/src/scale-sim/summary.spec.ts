import { expect, it } from '@jest/globals';
import type { Sample } from './recorder.js';
import { doneAtS, poolSummaries } from './summary.js';

const sample = (atS: number, unfinished: number, wanted: number, ready: number, terminating = 0): Sample => ({
  ...{ atS, unfinished },
  pools: { worker: { wanted, ready, terminating, pending: 0, lag: 0, workS: undefined } },
});

it('tells how far each pool went, when its first pod worked and when the last one was gone', () => {
  const samples = [
    sample(0, 5, 0, 0),
    sample(1, 5, 4, 0),
    sample(2, 3, 4, 3),
    sample(3, 0, 1, 3),
    sample(4, 0, 0, 0, 1),
  ];
  const all = [...samples, sample(5, 0, 0, 0)];
  expect(poolSummaries(all)).toEqual([{ name: 'worker', mostWanted: 4, mostReady: 3, firstReadyS: 2, atRestS: 5 }]);
  expect(doneAtS(all)).toBe(3);
});

it('tells of a pool that was not needed', () => {
  const [{ firstReadyS, atRestS }] = poolSummaries([sample(0, 0, 2, 2), sample(1, 0, 2, 2)]);
  expect([firstReadyS, atRestS]).toEqual([undefined, 0]);
});
