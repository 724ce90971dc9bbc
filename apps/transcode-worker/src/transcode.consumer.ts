import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClipfleetError, type TaskRequested, workSubject } from '@clipfleet/contracts';
import { Consumes, TaskRunner, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { OBJECT_STORES, type ObjectStores, TaskIo } from '@clipfleet/object-store';
import { Renderer } from './render/renderer.js';

/** Reading is told as the first half of the work, ffmpeg's run as the second. */
const READ_SHARE = 0.5;

@Controller()
export class TranscodeConsumer {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(Renderer) private readonly renderer: Renderer,
    @Inject(TaskRunner) private readonly runner: TaskRunner,
  ) {}

  @Consumes(workSubject.transcode)
  handle(@Payload() message: TaskRequested, @Ctx() context: WorkContext): Promise<WorkOutcome> {
    const { task } = message;
    if (task.kind !== 'render') {
      throw new ClipfleetError('internal', `A transcode worker has no way to do ${task.kind}.`, { retryable: false });
    }
    return this.runner.run(message, context, (tell) => {
      const onRead = (readBytes: number): void => tell(Math.floor(READ_SHARE * readBytes));
      const onRendered = (ratio: number): void =>
        tell(Math.floor(task.workBytes * (READ_SHARE + (1 - READ_SHARE) * ratio)));
      const io = new TaskIo(this.stores, message, { signal: context.signal, onProgress: onRead });
      return this.renderer.render(task, io, context, onRendered);
    });
  }
}
