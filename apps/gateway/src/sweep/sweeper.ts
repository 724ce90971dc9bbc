import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ExportRecord,
  LedgerDatabase,
  type Run,
  type StalledMessage,
  SweepRepository,
  UploadRepository,
  WorkRepository,
} from '@clipfleet/ledger';
import { LOGGER, type Logger, redrivesTotal } from '@clipfleet/platform';
import { Cleaner } from '../cleanup/cleaner.js';
import { FileRemover } from '../files/file-remover.js';
import { ExportChanges } from '../exports/export-changes.js';
import { OutputRemover } from '../exports/output-remover.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { ConsumerRepair } from './consumer-repair.js';
import { QueuedMessages } from './queued-messages.js';

const SWEEP_LOCK_KEY = 7_203_441_002;
const LIMIT = 200;
/** A message that was lost so often will be lost again. */
const MAX_REDRIVES = 5;
/** Tasks and messages of ended exports serve only the curious. */
const KEEP_WORK_MS = 3_600_000;

/**
 * Looks after what nothing else would: exports that stand still, that take too long, streams that a crash left in disorder,
 * uploads that nobody owns, outputs that have expired, old rows.
 * One gateway does it at a time; doing it twice would be harmless.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running?: Promise<void>;

  constructor(
    @Inject(LedgerDatabase) private readonly database: LedgerDatabase,
    @Inject(SweepRepository) private readonly sweep: SweepRepository,
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(UploadRepository) private readonly uploads: UploadRepository,
    @Inject(QueuedMessages) private readonly queued: QueuedMessages,
    @Inject(ConsumerRepair) private readonly consumers: ConsumerRepair,
    @Inject(Cleaner) private readonly cleaner: Cleaner,
    @Inject(FileRemover) private readonly fileRemover: FileRemover,
    @Inject(OutputRemover) private readonly outputRemover: OutputRemover,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round; false: another gateway has it. A step that fails does not keep the others from being done. */
  async sweepOnce(): Promise<boolean> {
    const steps = [
      () => this.endOverdue(),
      () => this.redriveStalled(),
      () => this.consumers.look(),
      () => this.settleOrphans(),
      () => this.fileRemover.removeDue(),
      () => this.inBatches(() => this.outputRemover.removeDue()),
      () => this.purge(),
    ];
    const done = await this.database.withAdvisoryLock(SWEEP_LOCK_KEY, async () => {
      for (const step of steps) {
        if (this.stopping.signal.aborted) break;
        await step().catch((error: unknown) => this.logger.warn({ err: error }, 'a step of the sweep failed'));
      }
      return true;
    });
    return done ?? false;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // spread, so that gateways that start together do not ask together
      await delay(this.config.sweepMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.sweepOnce().catch((error: unknown) => this.logger.warn({ err: error }, 'the sweep failed'));
    }
  }

  private async endOverdue(): Promise<void> {
    const { exportDeadlineMs } = this.config;
    for (const run of await this.sweep.overdue(exportDeadlineMs, LIMIT)) {
      await this.fail(run, 'deadline-exceeded', `The export did not end within ${exportDeadlineMs} ms.`);
    }
  }

  private async redriveStalled(): Promise<void> {
    const alive = new Set<string>();
    const lost: StalledMessage[] = [];
    for (const message of await this.sweep.stalled(this.config.stallMs, LIMIT)) {
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

  private async settleOrphans(): Promise<void> {
    for (const upload of await this.uploads.orphans(this.config.uploadGraceMs, LIMIT)) {
      await this.cleaner.settle(upload, this.stopping.signal).catch((err: unknown) => {
        this.logger.warn({ err, exportId: upload.exportId }, 'an orphaned upload could not be aborted');
      });
    }
  }

  private async purge(): Promise<void> {
    await this.inBatches(async () => (await this.purgeWork()) > 0);
    await this.inBatches(async () => (await this.sweep.purgeExports(this.config.retentionMs, LIMIT)) === LIMIT);
  }

  /** While there is more: a busy fleet ends thousands of exports between two sweeps. The next sweep goes on. */
  private async inBatches(step: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + this.config.sweepMs;
    while ((await step()) && performance.now() < endMs && !this.stopping.signal.aborted);
  }

  private async purgeWork(): Promise<number> {
    const old = await this.sweep.workOfLongAgo(KEEP_WORK_MS, LIMIT);
    for (const { exportId } of old.filter(({ hadTempHead }) => hadTempHead)) {
      await this.cleaner.deleteTempHeads(exportId).catch((err: unknown) => {
        this.logger.warn({ err, exportId }, 'temporary objects of an export could not be looked for');
      });
    }
    await this.sweep.purgeWork(old.map(({ exportId }) => exportId));
    return old.length;
  }

  private async fail(run: Run, code: 'deadline-exceeded' | 'internal', message: string): Promise<void> {
    const { exportId, generation } = run;
    const failure = { code, message, details: {}, validForMs: this.config.failedWindowMs };
    const ended: ExportRecord | undefined = await this.work.fail({ exportId, generation }, failure);
    if (ended) this.changes.tell(ended);
  }
}
