import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, defineGauge } from '@clipfleet/platform';
import { ReadGauges } from './read-gauges.js';

const bare = defineGauge({ name: 'test_bare', help: 'Without labels.', labels: [] });
const labelled = defineGauge({ name: 'test_labelled', help: 'With one.', labels: ['kind'] });
const logger = createLogger({ app: 'test', level: 'silent' });

let nowMs: number;
let answer: () => Promise<number>;
let readCount: number;
class TestGauges extends ReadGauges {
  constructor() {
    super({ gauges: [bare, labelled], everyMs: 10, logger, nowMs: () => nowMs });
  }

  override async read(): Promise<void> {
    readCount++;
    const value = await answer();
    bare.set(value);
    labelled.set({ kind: 'a' }, value);
  }
}

const told = async (): Promise<number[]> => {
  const metrics = await Promise.all([bare.get(), labelled.get()]);
  return metrics.flatMap(({ values }) => values.map(({ value }) => value));
};

describe('gauges that are read', () => {
  let gauges: TestGauges;
  beforeEach(() => {
    nowMs = 0;
    readCount = 0;
    gauges = new TestGauges();
  });
  const turnAt = (atMs: number): Promise<void> => {
    nowMs = atMs;
    return gauges.turn();
  };

  it('have no series before the first read', async () => {
    expect(await told()).toEqual([]);
    answer = () => Promise.resolve(7);
    await turnAt(10);
    expect(await told()).toEqual([7, 7]);
  });

  it('keep their values while a read fails once, and have none when nothing was read for long', async () => {
    answer = () => Promise.resolve(7);
    await turnAt(10);
    answer = () => Promise.reject(new Error('away'));
    await turnAt(20);
    await turnAt(30);
    expect(await told()).toEqual([7, 7]);
    await turnAt(40);
    expect(await told()).toEqual([]);
    answer = () => Promise.resolve(0);
    await turnAt(50);
    expect(await told()).toEqual([0, 0]);
  });

  it('have none either when a read hangs, and no second one is begun beside it', async () => {
    answer = () => Promise.resolve(7);
    await turnAt(10);
    let end: (value: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (end = resolve));
    const hanging = turnAt(20);
    await turnAt(30);
    await turnAt(40);
    expect([readCount, await told()]).toEqual([2, []]);
    end(3);
    await hanging;
    expect(await told()).toEqual([3, 3]);
    answer = () => Promise.resolve(4);
    await turnAt(50);
    expect(await told()).toEqual([4, 4]);
  });
});
