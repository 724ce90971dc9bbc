import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type AssembleRequested, workSubject } from '@clipfleet/contracts';
import { Consumes, done, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { Assembler } from '../assembly/assembler.js';

@Controller()
export class AssembleConsumer {
  constructor(@Inject(Assembler) private readonly assembler: Assembler) {}

  @Consumes(workSubject.assemble)
  async handle(
    @Payload() { exportId, generation }: AssembleRequested,
    @Ctx() context: WorkContext,
  ): Promise<WorkOutcome> {
    await this.assembler.assemble({ exportId, generation }, context.signal);
    return done;
  }
}
