import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { eventSubject, type ExportExtended } from '@clipfleet/contracts';
import { Consumes } from '@clipfleet/jetstream';
import { WorkRepository } from '@clipfleet/ledger';
import { crashPoint } from '@clipfleet/platform';
import { ExportChanges } from '../exports/export-changes.js';

/** More has come of a recording that grows: its tasks go into the upload that is open. A step that is done changes nothing. */
@Controller()
export class ExtendedConsumer {
  constructor(
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
  ) {}

  @Consumes(eventSubject.exportExtended)
  async handle(@Payload() { exportId, generation, step, plan }: ExportExtended): Promise<void> {
    const changed = await this.work.extendPlan({ exportId, generation }, step, plan);
    crashPoint('plan.extended');
    if (changed) this.changes.tell(changed);
  }
}
