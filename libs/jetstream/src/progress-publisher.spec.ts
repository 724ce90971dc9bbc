import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { liveSubject, type TaskProgress } from '@clipfleet/contracts';
import { ProgressPublisher } from './progress-publisher.js';

describe('ProgressPublisher', () => {
  let sent: [string, number, number][];
  let publisher: ProgressPublisher;
  const exportId = '0b0f7f0e-0000-4000-8000-000000000000';
  const report = (doneBytes: number, taskIndex = 0) =>
    publisher.report({ kind: 'task.progress', version: 1, exportId, generation: 1, taskIndex, doneBytes });

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    publisher = new ProgressPublisher((subject, data) => {
      const progress = JSON.parse(data) as TaskProgress;
      sent.push([subject, progress.taskIndex, progress.doneBytes]);
    });
  });
  afterEach(() => {
    publisher.close();
    jest.useRealTimers();
  });

  it('sends the first at once, then at most two a second, and always the last', () => {
    for (let doneBytes = 0; doneBytes < 100; doneBytes++) {
      report(doneBytes);
      jest.advanceTimersByTime(20);
    }
    jest.advanceTimersByTime(5_000);
    const values = sent.map(([, , doneBytes]) => doneBytes);
    expect(values).toEqual([0, 24, 49, 74, 99]);
    expect(new Set(sent.map(([subject]) => subject))).toEqual(new Set([liveSubject.progress]));
  });

  it('counts each task by itself', () => {
    report(1, 0);
    report(2, 1);
    expect(sent.map(([, taskIndex, doneBytes]) => [taskIndex, doneBytes])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('sends what waits when it is closed, and leaves no timer', () => {
    report(1);
    report(2);
    publisher.close();
    expect(sent.map(([, , doneBytes]) => doneBytes)).toEqual([1, 2]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('forgets a task that is silent', () => {
    report(1);
    jest.advanceTimersByTime(1_000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
