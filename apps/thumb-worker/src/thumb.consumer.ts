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
import { PictureMaker } from './picture/picture-maker.js';

@Controller()
export class ThumbConsumer {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(PictureMaker) private readonly pictures: PictureMaker,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(ProgressPublisher) private readonly progress: ProgressPublisher,
  ) {}

  @Consumes(workSubject.thumb)
  async handle(@Payload() message: TaskRequested, @Ctx() { signal }: WorkContext): Promise<WorkOutcome> {
    const { exportId, generation, taskIndex, task } = message;
    if (task.kind !== 'picture') {
      throw new ClipfleetError('internal', `A thumb worker has no way to do ${task.kind}.`, { retryable: false });
    }
    const ids = { exportId, generation, taskIndex, version: 1 } as const;
    const onProgress = (doneBytes: number): void => this.progress.report({ kind: 'task.progress', ...ids, doneBytes });
    const io = new TaskIo(this.stores, message, { signal, onProgress });
    const cut = await this.pictures.make(task, io);
    const written = await io.finish();
    crashPoint('task.written');
    await this.events.taskCompleted({ kind: 'task.completed', ...ids, ...written, cut, warnings: [] }, signal);
    crashPoint('task.reported');
    bytesTotal.inc({ path: 'worker' }, written.workerBytes);
    return done;
  }
}
