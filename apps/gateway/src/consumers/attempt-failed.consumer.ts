import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type AttemptFailed, eventSubject } from '@clipfleet/contracts';
import { Consumes } from '@clipfleet/jetstream';
import { WorkRepository } from '@clipfleet/ledger';
import { ExportChanges } from '../exports/export-changes.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';

/** An attempt failed: the ledger counts it, and ends the export when no other can help. */
@Controller()
export class AttemptFailedConsumer {
  constructor(
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Consumes(eventSubject.attemptFailed)
  async handle(@Payload() message: AttemptFailed): Promise<void> {
    const { exportId, generation } = message;
    const { maxAttempts, failedWindowMs: validForMs } = this.config;
    const changed = await this.work.failAttempt({ exportId, generation }, { ...message, maxAttempts, validForMs });
    if (changed) this.changes.tell(changed);
  }
}
