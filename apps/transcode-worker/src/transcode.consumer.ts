import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClipfleetError, type TaskReport, type TaskRequested, tempHeadKey, workSubject } from '@clipfleet/contracts';
import { Consumes, TaskRunner, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { OBJECT_STORES, type ObjectStores, TaskIo } from '@clipfleet/object-store';
import { EncodeTasks } from './encode/encode-tasks.js';
import { Renderer } from './render/renderer.js';

/** Reading is told as the first half of the work, ffmpeg's run as the second. */
const READ_SHARE = 0.5;

@Controller()
export class TranscodeConsumer {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(Renderer) private readonly renderer: Renderer,
    @Inject(EncodeTasks) private readonly encodes: EncodeTasks,
    @Inject(TaskRunner) private readonly runner: TaskRunner,
  ) {}

  @Consumes(workSubject.transcode)
  handle(@Payload() message: TaskRequested, @Ctx() context: WorkContext): Promise<WorkOutcome> {
    const { workBytes } = message.task;
    return this.runner.run(message, context, (tell) => {
      const onRead = (readBytes: number): void => tell(Math.floor(READ_SHARE * readBytes));
      const onEncoded = (ratio: number): void => tell(Math.floor(workBytes * (READ_SHARE + (1 - READ_SHARE) * ratio)));
      const io = new TaskIo(this.stores, message, { signal: context.signal, onProgress: onRead });
      return this.work(message, io, context, onEncoded);
    });
  }

  private work(
    { task, exportId, generation, upload }: TaskRequested,
    io: TaskIo,
    context: WorkContext,
    onProgress: (ratio: number) => void,
  ): Promise<TaskReport> {
    switch (task.kind) {
      case 'render':
        return this.renderer.render(task, io, context, onProgress);
      case 'encode-range':
      case 'encode-audio': {
        const headKey = tempHeadKey(upload.destination.key, exportId, generation);
        return this.encodes.encode(task, io, { attemptNumber: context.attemptNumber, headKey }, onProgress);
      }
      default:
        throw new ClipfleetError('internal', `A transcode worker has no way to do ${task.kind}.`, { retryable: false });
    }
  }
}
