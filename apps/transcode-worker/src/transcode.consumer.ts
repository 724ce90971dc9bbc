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
import { Renderer } from './render/renderer.js';

/** Reading is told as the first half of the work, ffmpeg's run as the second. */
const READ_SHARE = 0.5;

@Controller()
export class TranscodeConsumer {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(Renderer) private readonly renderer: Renderer,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(ProgressPublisher) private readonly progress: ProgressPublisher,
  ) {}

  @Consumes(workSubject.transcode)
  async handle(@Payload() message: TaskRequested, @Ctx() context: WorkContext): Promise<WorkOutcome> {
    const { exportId, generation, taskIndex, task } = message;
    if (task.kind !== 'render') {
      throw new ClipfleetError('internal', `A transcode worker has no way to do ${task.kind}.`, { retryable: false });
    }
    const ids = { exportId, generation, taskIndex, version: 1 } as const;
    const tell = (share: number): void =>
      this.progress.report({ kind: 'task.progress', ...ids, doneBytes: Math.floor(task.workBytes * share) });
    const io = new TaskIo(this.stores, message, {
      signal: context.signal,
      onProgress: (doneBytes) => tell((READ_SHARE * doneBytes) / Math.max(1, task.workBytes)),
    });
    const report = await this.renderer.render(task, io, context, (ratio) =>
      tell(READ_SHARE + (1 - READ_SHARE) * ratio),
    );
    crashPoint('task.written');
    await this.events.taskCompleted({ kind: 'task.completed', ...ids, ...report }, context.signal);
    crashPoint('task.reported');
    bytesTotal.inc({ path: 'worker' }, report.workerBytes);
    return done;
  }
}
