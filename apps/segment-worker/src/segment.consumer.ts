import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClipfleetError, type TaskRequested, workSubject } from '@clipfleet/contracts';
import {
  Consumes,
  done,
  EventPublisher,
  ProgressPublisher,
  type WorkContext,
  type WorkOutcome,
} from '@clipfleet/jetstream';
import { OBJECT_STORES, type ObjectStores, TaskIo } from '@clipfleet/object-store';
import { bytesTotal, crashPoint } from '@clipfleet/platform';
import { remuxRange } from './remux/remux-range.js';
import type { SegmentWorkerConfig } from './segment-worker-config.js';
import { SEGMENT_WORKER_CONFIG } from './segment-worker-token.js';
import type { TaskReport } from './task-report.js';
import { writeTsParts } from './ts-parts/write-ts-parts.js';

@Controller()
export class SegmentConsumer {
  constructor(
    @Inject(SEGMENT_WORKER_CONFIG) private readonly config: SegmentWorkerConfig,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(ProgressPublisher) private readonly progress: ProgressPublisher,
  ) {}

  @Consumes(workSubject.segment)
  async handle(@Payload() message: TaskRequested, @Ctx() { signal }: WorkContext): Promise<WorkOutcome> {
    const { exportId, generation, taskIndex } = message;
    const ids = { exportId, generation, taskIndex, version: 1 } as const;
    const io = new TaskIo(this.stores, message, {
      signal,
      uploadConcurrency: this.config.uploadConcurrency,
      onProgress: (doneBytes) => this.progress.report({ kind: 'task.progress', ...ids, doneBytes }),
    });
    const report = await this.work(message, io);
    crashPoint('task.written');
    await this.events.taskCompleted({ kind: 'task.completed', ...ids, ...report }, signal);
    crashPoint('task.reported');
    bytesTotal.inc({ path: 'store_copy' }, report.storeCopyBytes);
    bytesTotal.inc({ path: 'worker' }, report.workerBytes);
    return done;
  }

  private async work(message: TaskRequested, io: TaskIo): Promise<TaskReport> {
    const { task } = message;
    switch (task.kind) {
      case 'ts-parts':
        return writeTsParts(task, io);
      case 'remux-range':
        return remuxRange(task, io, { partBytes: this.config.partBytes, headKey: headKeyOf(message) });
      default:
        throw new ClipfleetError('internal', `A segment worker has no way to do ${task.kind}.`, { retryable: false });
    }
  }
}

/** Where range 0 leaves its first bytes for the gateway, which puts them behind the header. */
const headKeyOf = ({ exportId, upload }: TaskRequested): string =>
  `${upload.destination.key}.clipfleet-${exportId}-head`;
