import { Inject, Injectable } from '@nestjs/common';
import { type LastMessage, SweepRepository, UploadRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { Cleaner } from '../cleanup/cleaner.js';
import { StoreRound } from '../cleanup/store-round.js';
import { OutputRemover } from '../exports/output-remover.js';
import { FileRemover } from '../files/file-remover.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { SWEEP_LIMIT, type SweepStep } from './sweep-loop.js';

/** Tasks and messages of ended exports serve only the curious. */
const KEEP_WORK_MS = 3_600_000;
/** A store may be at it for a while where an upload has many parts. */
const ABORT_MS = 60_000;

/** What nobody needs any more: uploads that nobody owns, objects of deleted files and of outputs that have expired, old rows. */
@Injectable()
export class Clearing {
  constructor(
    @Inject(SweepRepository) private readonly sweep: SweepRepository,
    @Inject(UploadRepository) private readonly uploads: UploadRepository,
    @Inject(Cleaner) private readonly cleaner: Cleaner,
    @Inject(FileRemover) private readonly fileRemover: FileRemover,
    @Inject(OutputRemover) private readonly outputRemover: OutputRemover,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Of one round: what one step has learnt of a store holds for the next. */
  stepsOf(round: StoreRound): SweepStep[] {
    return [
      () => this.settleOrphans(round),
      () => this.inBatches(round, () => this.fileRemover.removeDue(round)),
      () => this.inBatches(round, () => this.outputRemover.removeDue(round)),
      () => this.purgeWork(round),
      () => this.inBatches(round, () => this.purgeExports()),
    ];
  }

  private async settleOrphans(round: StoreRound): Promise<void> {
    const limits = { limit: SWEEP_LIMIT, withoutStores: round.silentStores };
    const orphans = await this.uploads.orphans(this.config.uploadGraceMs, limits);
    const settled = orphans.map(async (upload) => {
      const settle = (signal: AbortSignal): Promise<void> => this.cleaner.settle(upload, signal);
      await round.run(upload.at.storeId, settle, ABORT_MS).catch((err: unknown) => {
        this.logger.warn({ err, exportId: upload.exportId }, 'an orphaned upload could not be aborted');
      });
    });
    await Promise.all(settled);
  }

  /** What stays, because a store has not let its temporary objects go, is passed by until the next round. */
  private purgeWork(round: StoreRound): Promise<boolean> {
    let last: LastMessage | undefined;
    return this.inBatches(round, async () => {
      const batch = await this.sweep.workOfLongAgo(KEEP_WORK_MS, SWEEP_LIMIT, last);
      last = batch.last;
      const cleared = await this.cleaner.deleteTempHeads(
        batch.work.filter(({ hadTempHead }) => hadTempHead),
        round,
      );
      await this.sweep.purgeWork(
        batch.work.filter(({ id, hadTempHead }) => !hadTempHead || cleared.has(id)).map(({ id }) => id),
      );
      return last !== undefined;
    });
  }

  private async purgeExports(): Promise<boolean> {
    return (await this.sweep.purgeExports(this.config.retentionMs, SWEEP_LIMIT)) === SWEEP_LIMIT;
  }

  /** While there is more: a busy fleet ends thousands of exports between two sweeps. True: the next round goes on at once. */
  private async inBatches(round: StoreRound, step: () => Promise<boolean>): Promise<boolean> {
    const endMs = performance.now() + this.config.sweepMs;
    while (await step()) if (performance.now() > endMs || round.isStopping) return true;
    return false;
  }
}
