import { Inject, Injectable } from '@nestjs/common';
import { type ExportRecord, type Run, type StalledMessage, SweepRepository, WorkRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger, redrivesTotal } from '@clipfleet/platform';
import { ExportChanges } from '../exports/export-changes.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { ConsumerRepair } from './consumer-repair.js';
import { QueuedMessages } from './queued-messages.js';
import { SWEEP_LIMIT, type SweepStep } from './sweep-loop.js';

/** A message that was lost so often will be lost again. */
const MAX_REDRIVES = 5;

/** What keeps exports going: those that stand still, those that take too long, streams that a crash left in disorder. Asks no store. */
@Injectable()
export class Repair {
  readonly steps: readonly SweepStep[] = [
    () => this.endOverdue(),
    (signal) => this.redriveStalled(signal),
    () => this.consumers.look(),
  ];

  constructor(
    @Inject(SweepRepository) private readonly sweep: SweepRepository,
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(QueuedMessages) private readonly queued: QueuedMessages,
    @Inject(ConsumerRepair) private readonly consumers: ConsumerRepair,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  private async endOverdue(): Promise<void> {
    const { exportDeadlineMs } = this.config;
    for (const run of await this.sweep.overdue(exportDeadlineMs, SWEEP_LIMIT)) {
      await this.fail(run, 'deadline-exceeded', `The export did not end within ${exportDeadlineMs} ms.`);
    }
  }

  private async redriveStalled(signal: AbortSignal): Promise<void> {
    const alive = new Set<string>();
    const lost: StalledMessage[] = [];
    for (const message of await this.sweep.stalled(this.config.stallMs, SWEEP_LIMIT)) {
      if (signal.aborted) return;
      if (await this.queued.has(message)) alive.add(message.exportId);
      else if (message.redrives >= MAX_REDRIVES) await this.fail(message, 'internal', 'Its work was lost too often.');
      else lost.push(message);
    }
    if (lost.length > 0) {
      this.logger.warn({ exportIds: [...new Set(lost.map(({ exportId }) => exportId))] }, 'sending lost work again');
      await this.sweep.redrive(lost);
      redrivesTotal.inc(lost.length);
      this.relay.signal();
    }
    if (alive.size > 0) await this.sweep.touch([...alive]);
  }

  private async fail(run: Run, code: 'deadline-exceeded' | 'internal', message: string): Promise<void> {
    const { exportId, generation } = run;
    const failure = { code, message, details: {}, validForMs: this.config.failedWindowMs };
    const ended: ExportRecord | undefined = await this.work.fail({ exportId, generation }, failure);
    if (ended) this.changes.tell(ended);
  }
}
