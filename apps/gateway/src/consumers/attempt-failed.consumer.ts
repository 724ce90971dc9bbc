import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type AttemptFailed, eventSubject } from '@clipfleet/contracts';
import { Consumes } from '@clipfleet/jetstream';
import { type ExportRecord, type Run, WorkRepository } from '@clipfleet/ledger';
import { ExportChanges } from '../exports/export-changes.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';

/** An attempt failed: the ledger counts it, and ends the export when no other can help; or begins it anew when that can. */
@Controller()
export class AttemptFailedConsumer {
  constructor(
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Consumes(eventSubject.attemptFailed)
  async handle(@Payload() message: AttemptFailed): Promise<void> {
    const { maxAttempts, failedWindowMs: validForMs } = this.config;
    const run: Run = { exportId: message.exportId, generation: message.generation };
    const changed =
      (await this.restartIfLost(run, message)) ??
      (await this.work.failAttempt(run, { ...message, maxAttempts, validForMs }));
    if (changed) this.changes.tell(changed);
  }

  /** A task without its upload (a rule for old uploads aborted it) would fail at every attempt. */
  private async restartIfLost(run: Run, { work, details }: AttemptFailed): Promise<ExportRecord | undefined> {
    // what came of a growing recording does not fit the tasks so far: as a whole it can be planned
    if (work.kind === 'plan' && details['planAnew'] === true) return this.work.restart(run, this.config.maxGenerations);
    if (work.kind !== 'task' || details['uploadLost'] !== true) return undefined;
    return this.work.restartFromTask(run, work.taskIndex, this.config.maxGenerations);
  }
}
