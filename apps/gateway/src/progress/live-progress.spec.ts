import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskProgress } from '@clipfleet/contracts';
import type { LiveSubscriber } from '@clipfleet/jetstream';
import { LiveProgress } from './live-progress.js';

const said = (taskIndex: number, doneBytes: number, generation = 1): TaskProgress => ({
  kind: 'task.progress',
  version: 1,
  exportId: 'e',
  generation,
  taskIndex,
  doneBytes,
});

describe('LiveProgress', () => {
  let progress: LiveProgress;
  beforeEach(() => {
    progress = new LiveProgress(undefined as unknown as LiveSubscriber);
  });
  const done = (bytesDone: number, generation = 1) =>
    progress.doneBytes({ id: 'e', generation, bytesDone, bytesTotal: 100 });

  it('adds what the tasks said last', () => {
    for (const one of [said(0, 10), said(1, 5), said(0, 30)]) progress.take(one);
    expect(done(0)).toBe(35);
  });

  it('never says less than the ledger, nor more than there is', () => {
    progress.take(said(0, 10));
    expect(done(50)).toBe(50);
    progress.take(said(0, 500));
    expect(done(50)).toBe(100);
  });

  it('takes back what a task that begins again had done', () => {
    progress.take(said(0, 60));
    progress.take(said(0, 10));
    expect(done(0)).toBe(10);
  });

  it('forgets an older run and ignores what is still said of it', () => {
    progress.take(said(0, 60));
    progress.take(said(0, 5, 2));
    progress.take(said(1, 60, 1));
    expect(done(0, 2)).toBe(5);
    expect(done(0, 1)).toBe(0);
  });

  it('tells listeners until they have enough', () => {
    const heard: string[] = [];
    const stop = progress.onProgress((id) => heard.push(id));
    progress.take(said(0, 1));
    stop();
    progress.take(said(0, 2));
    expect(heard).toEqual(['e']);
  });
});
