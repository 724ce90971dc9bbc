import { describe, expect, it } from '@jest/globals';
import { type TaskCompleted, taskCompleted } from '@clipfleet/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventPublisher } from './event-publisher.js';
import { ProgressPublisher } from './progress-publisher.js';
import { TaskRunner } from './task-runner.js';
import { taskRequested } from './testing/messages.js';
import type { WorkContext } from './work-context.js';
import { done } from './work-outcome.js';

const WORK_MS = 30;

describe('a task that was done', () => {
  it('is told with what it was and how long it took', async () => {
    const told: TaskCompleted[] = [];
    const events = { taskCompleted: async (message: TaskCompleted) => void told.push(message) };
    const runner = new TaskRunner(events as unknown as EventPublisher, new ProgressPublisher(() => undefined));
    const message = taskRequested();
    const context = { signal: new AbortController().signal, deliveryCount: 1 } as WorkContext;
    const outcome = await runner.run(message, context, async () => {
      await delay(WORK_MS);
      return { parts: [], storeCopyBytes: 0, workerBytes: 0, warnings: [] };
    });
    expect(outcome).toBe(done);
    expect(taskCompleted.parse(told[0])).toEqual(told[0]);
    expect(told[0]).toMatchObject({ taskIndex: 0, effort: { taskKind: 'picture', workBytes: 1000 } });
    expect(told[0].effort!.durationMs).toBeGreaterThanOrEqual(WORK_MS - 2);
  });
});
