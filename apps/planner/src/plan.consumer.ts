import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type ExportRequested, workSubject } from '@clipfleet/contracts';
import { Consumes, done, EventPublisher, snooze, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { crashPoint } from '@clipfleet/platform';
import type { Plan } from '@clipfleet/timeline';
import { FleetSlots } from './planning/fleet-slots.js';
import { planningFailure } from './planning/planning-failure.js';
import { PlanningService } from './planning/planning.service.js';

@Controller()
export class PlanConsumer {
  constructor(
    @Inject(PlanningService) private readonly planning: PlanningService,
    @Inject(FleetSlots) private readonly slots: FleetSlots,
    @Inject(EventPublisher) private readonly events: EventPublisher,
  ) {}

  @Consumes(workSubject.plan)
  async plan(@Payload() request: ExportRequested, @Ctx() { signal }: WorkContext): Promise<WorkOutcome> {
    if (!request.resume) crashPoint('plan.begun');
    const answer = await this.planning
      .plan(request, signal, () => this.slots.read())
      .catch((error: unknown) => {
        throw signal.aborted ? error : planningFailure(error);
      });
    if (answer.kind === 'not-yet') return snooze(answer.askAgainInMs);
    this.slots.claim(answer.plan);
    await this.tell(request, answer.plan);
    return done;
  }

  private async tell({ exportId, generation, resume }: ExportRequested, plan: Plan): Promise<void> {
    if (resume) {
      const { step } = resume.growth;
      crashPoint('extension.made');
      await this.events.exportExtended({ kind: 'export.extended', version: 1, exportId, generation, step, plan });
      crashPoint('extension.reported');
    } else {
      crashPoint('plan.made');
      await this.events.exportPlanned({ kind: 'export.planned', version: 1, exportId, generation, plan });
      crashPoint('plan.reported');
    }
  }
}
