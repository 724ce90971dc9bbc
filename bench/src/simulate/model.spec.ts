import { describe, expect, it } from '@jest/globals';
import { type ScaleModel, simulate } from './model.js';

const model: ScaleModel = {
  ...{ latencyMs: 10, workerBytesPerMs: 200, storeBytesPerMs: 1_000, remuxBytesPerMs: 1_000 },
  ...{ readsAtOnce: 4, fixedMs: 50, assemblyMs: 30 },
};
const tasks = (count: number, bytes = 10_000) =>
  Array.from({ length: count }, () => ({ bytes, pieceCount: 4, partCount: 1 }));

describe('the simulated fleet', () => {
  it('adds what is fixed, the waits of a task and its bytes, each moved twice', () => {
    // 10,000 bytes at 100 a ms, and 10 ms for the first and for the last byte
    expect(simulate(tasks(1), 1, model)).toMatchObject({ bytesPerMs: 100, workMs: 120, totalMs: 200 });
  });

  it('gives tasks to whoever is free', () => {
    expect(simulate(tasks(5), 2, model)).toMatchObject({ tasksOfOne: 3, workMs: 360 });
  });

  it('cannot use more workers than there are tasks', () => {
    expect(simulate(tasks(3), 64, model)).toEqual({ ...simulate(tasks(3), 3, model), workerCount: 64 });
  });

  it('shares the store', () => {
    expect(simulate(tasks(10), 10, model)).toMatchObject({ bytesPerMs: 50, workMs: 220 });
  });

  it('is held up by requests where pieces are small', () => {
    const [small] = [{ bytes: 100, pieceCount: 400, partCount: 1 }];
    expect(simulate([small], 1, model).workMs).toBe(99 * 10 + 20);
  });
});
