import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@clipfleet/local-stack';
import type { Logger } from '@clipfleet/platform';
import { TurnLoop } from './turn-loop.js';

const FOR_EVER_MS = 3_600_000;

describe('a loop of turns', () => {
  let loop: TurnLoop;
  let turns = 0;
  const warnings: string[] = [];
  const logger = { warn: (_: object, text: string) => warnings.push(text) } as unknown as Logger;
  const start = (turn: () => Promise<number>): void => {
    turns = 0;
    warnings.length = 0;
    const failure = 'the turn failed';
    loop = new TurnLoop({ turn: () => ((turns += 1), turn()), failure, logger });
    loop.start();
  };
  const until = (count: number) =>
    waitUntil(() => Promise.resolve(turns >= count), { timeoutMs: 30_000, what: 'turns' });
  afterEach(() => loop.stop());

  it('takes a turn at once, and the next when it is woken', async () => {
    start(() => Promise.resolve(FOR_EVER_MS));
    await until(1);
    loop.wake();
    await until(2);
  });

  it('takes another turn when it is woken during one', async () => {
    let end = (): void => undefined;
    start(() => new Promise((resolve) => (end = () => resolve(FOR_EVER_MS))));
    loop.wake();
    end();
    await until(2);
    end();
  });

  it('waits no longer than the turn asked for', async () => {
    start(() => Promise.resolve(1));
    await until(3);
  });

  it('goes on after turns that failed, and tells of them', async () => {
    start(() => (turns <= 2 ? Promise.reject(new Error('no')) : Promise.resolve(FOR_EVER_MS)));
    await until(3);
    expect(warnings).toEqual(['the turn failed', 'the turn failed']);
  });

  it('stops when its turn has ended, and tells nothing of a turn that was ended by it', async () => {
    start(() => new Promise((_, reject) => loop.signal.addEventListener('abort', () => reject(new Error('aborted')))));
    await loop.stop();
    expect([turns, warnings]).toEqual([1, []]);
  });
});
