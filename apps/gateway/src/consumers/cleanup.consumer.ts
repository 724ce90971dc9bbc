import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CleanupRequested, workSubject } from '@clipfleet/contracts';
import { Consumes, done, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { Cleaner } from '../cleanup/cleaner.js';

@Controller()
export class CleanupConsumer {
  constructor(@Inject(Cleaner) private readonly cleaner: Cleaner) {}

  @Consumes(workSubject.cleanup)
  async handle(
    @Payload() { exportId, generation }: CleanupRequested,
    @Ctx() context: WorkContext,
  ): Promise<WorkOutcome> {
    await this.cleaner.cleanRun({ exportId, generation }, context.signal);
    return done;
  }
}
