import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClipfleetError, eventSubject, type ExportPlanned, toClipfleetError } from '@clipfleet/contracts';
import { Consumes, type WorkContext } from '@clipfleet/jetstream';
import { type ExportRecord, ExportRepository, type Run, WorkRepository } from '@clipfleet/ledger';
import { crashPoint, fallbacksTotal, plansTotal } from '@clipfleet/platform';
import { ExportChanges } from '../exports/export-changes.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { UploadOpener } from '../uploads/upload-opener.js';

/** A plan came: open the upload, record both with the tasks. A second plan of the same run changes nothing. */
@Controller()
export class PlannedConsumer {
  constructor(
    @Inject(ExportRepository) private readonly exports: ExportRepository,
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(UploadOpener) private readonly opener: UploadOpener,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Consumes(eventSubject.exportPlanned)
  async handle(@Payload() message: ExportPlanned, @Ctx() context: WorkContext): Promise<void> {
    const run: Run = { exportId: message.exportId, generation: message.generation };
    const record = await this.exports.find(run.exportId);
    if (!record || !waitsForPlan(record, run)) return;
    try {
      const changed = await this.record(record, run, message, context.signal);
      crashPoint('plan.recorded');
      if (!changed) return;
      countPlan(message);
      this.changes.tell(changed);
    } catch (thrown) {
      const error = toClipfleetError(thrown);
      if (context.signal.aborted) throw error;
      if (error.retryable && context.deliveryCount < this.config.maxAttempts) throw error;
      await this.fail(run, error);
    }
  }

  private async record(
    record: ExportRecord,
    run: Run,
    { plan }: ExportPlanned,
    signal: AbortSignal,
  ): Promise<ExportRecord | undefined> {
    if (plan.tasks.length === 0) {
      if (!plan.playlist) throw new ClipfleetError('internal', 'The plan has neither tasks nor a playlist.');
      return this.work.recordPlan(run, plan, undefined);
    }
    const upload = await this.opener.open(record, run, plan, signal);
    if (!upload) return undefined;
    const changed = await this.work.recordPlan(run, plan, upload.uploadId);
    if (changed) return changed;
    await this.opener.abandon(upload);
    const now = await this.exports.find(run.exportId);
    if (now && waitsForPlan(now, run)) {
      const { bucket, key } = record.destination;
      throw new ClipfleetError('upload-failed', 'The upload was given up too early.', { details: { bucket, key } });
    }
    return undefined;
  }

  private async fail(run: Run, error: ClipfleetError): Promise<void> {
    const { code, message, details } = error;
    const ended = await this.work.fail(run, { code, message, details, validForMs: this.config.failedWindowMs });
    if (ended) this.changes.tell(ended);
  }
}

const countPlan = ({ plan }: ExportPlanned): void => {
  plansTotal.inc({ strategy: plan.strategy });
  for (const reason of plan.fallbacks ?? []) fallbacksTotal.inc({ reason });
};

const waitsForPlan = (record: ExportRecord, run: Run): boolean =>
  record.generation === run.generation && (record.state === 'queued' || record.state === 'planning');
