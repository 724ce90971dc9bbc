import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { eventSubject, type WorkReturned } from '@clipfleet/contracts';
import { Consumes } from '@clipfleet/jetstream';
import { ReturnedWorkRepository } from '@clipfleet/ledger';
import { crashPoint } from '@clipfleet/platform';
import { ReturnedWork } from '../dispatch/returned-work.js';
import { ExportChanges } from '../exports/export-changes.js';

/** Work was given back: it waits in the ledger until it is due. */
@Controller()
export class WorkReturnedConsumer {
  constructor(
    @Inject(ReturnedWorkRepository) private readonly returned: ReturnedWorkRepository,
    @Inject(ReturnedWork) private readonly sender: ReturnedWork,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
  ) {}

  @Consumes(eventSubject.workReturned)
  async handle(@Payload() { exportId, generation, ...rest }: WorkReturned): Promise<void> {
    const changed = await this.returned.giveBack({ exportId, generation }, rest);
    crashPoint('work.returned');
    if (!changed) return;
    this.changes.moved(changed);
    this.sender.signal();
  }
}
