import { Injectable } from '@nestjs/common';
import type { TaskReport, TaskRequested } from '@clipfleet/contracts';
import { bytesTotal, crashPoint } from '@clipfleet/platform';
import type { EventPublisher } from './event-publisher.js';
import type { ProgressPublisher } from './progress-publisher.js';
import type { WorkContext } from './work-context.js';
import { done, type WorkOutcome } from './work-outcome.js';

/** The frame around a worker's task: tells its progress while it runs, its result when it is done. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly events: EventPublisher,
    private readonly progress: ProgressPublisher,
  ) {}

  /** `work` gets what to call with the `workBytes` done so far. What it throws is the outcome (see the README). */
  async run(
    message: TaskRequested,
    { signal }: WorkContext,
    work: (onProgress: (doneBytes: number) => void) => Promise<TaskReport>,
  ): Promise<WorkOutcome> {
    const { exportId, generation, taskIndex } = message;
    const ids = { exportId, generation, taskIndex, version: 1 } as const;
    const startedAtMs = performance.now();
    const report = await work((doneBytes) => this.progress.report({ kind: 'task.progress', ...ids, doneBytes }));
    crashPoint('task.written');
    const { kind: taskKind, workBytes } = message.task;
    const effort = { taskKind, workBytes, durationMs: Math.round(performance.now() - startedAtMs) };
    await this.events.taskCompleted({ kind: 'task.completed', ...ids, ...report, effort }, signal);
    crashPoint('task.reported');
    bytesTotal.inc({ path: 'store_copy' }, report.storeCopyBytes);
    bytesTotal.inc({ path: 'worker' }, report.workerBytes);
    return done;
  }
}
