import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClipfleetError, type ProbeRequested, type TaskRequested, workSubject } from '@clipfleet/contracts';
import { Consumes, done, Questions, TaskRunner, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { OBJECT_STORES, type ObjectStores, TaskIo } from '@clipfleet/object-store';
import { FilePictureMaker } from './picture/file-picture-maker.js';
import { PictureMaker } from './picture/picture-maker.js';
import { answerProbe } from './probe/answer-probe.js';
import { MediaProber } from './probe/media-prober.js';
import { StoryboardMaker } from './storyboard/storyboard-maker.js';

@Controller()
export class ThumbConsumer {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(PictureMaker) private readonly pictures: PictureMaker,
    @Inject(FilePictureMaker) private readonly filePictures: FilePictureMaker,
    @Inject(StoryboardMaker) private readonly storyboards: StoryboardMaker,
    @Inject(MediaProber) private readonly prober: MediaProber,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(TaskRunner) private readonly runner: TaskRunner,
  ) {}

  @Consumes(workSubject.thumb)
  handle(@Payload() message: TaskRequested | ProbeRequested, @Ctx() context: WorkContext): Promise<WorkOutcome> {
    return message.kind === 'probe.requested' ? this.answer(message, context) : this.make(message, context);
  }

  private async answer(question: ProbeRequested, { signal }: WorkContext): Promise<WorkOutcome> {
    if (Date.now() >= question.answerByMs) return done;
    const answer = await answerProbe(question, { prober: this.prober, stores: this.stores, signal });
    this.questions.answer(question.replyTo, answer);
    return done;
  }

  private make(message: TaskRequested, context: WorkContext): Promise<WorkOutcome> {
    const { task } = message;
    if (task.kind !== 'picture' && task.kind !== 'storyboard') {
      throw new ClipfleetError('internal', `A thumb worker has no way to do ${task.kind}.`, { retryable: false });
    }
    return this.runner.run(message, context, async (onProgress) => {
      const io = new TaskIo(this.stores, message, { signal: context.signal, onProgress });
      if (task.kind === 'storyboard') {
        const made = await this.storyboards.make(task, io, context.attemptNumber);
        return { ...(await io.finish()), ...made };
      }
      const cut = await (task.wholeFile ? this.filePictures : this.pictures).make(task, io);
      return { ...(await io.finish()), cut, warnings: [] };
    });
  }
}
