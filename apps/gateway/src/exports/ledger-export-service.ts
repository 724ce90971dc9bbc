import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError } from '@clipfleet/contracts';
import { ExportRepository, type ExportStatus, isEnded, NewExports } from '@clipfleet/ledger';
import { crashPoint, LOGGER, type Logger } from '@clipfleet/platform';
import { type ObjectInfo, OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import type { ObjectRef } from '@clipfleet/timeline';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { LiveProgress } from '../progress/live-progress.js';
import { LedgerTenantService } from '../tenants/ledger-tenant-service.js';
import { ActiveExports } from './active-exports.js';
import { assertEncodable } from './assert-encodable.js';
import { ExportCache } from './export-cache.js';
import { ExportChanges } from './export-changes.js';
import { type ExportPage, ExportService, type ExportView, type ListQuery, type SubmitInput } from './export-service.js';
import { newExportLimits } from './new-export-limits.js';
import { existingObjectView, toView } from './export-view.js';
import { OutputRemover } from './output-remover.js';
import { watchExport } from './watch-export.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Exports as the ledger has them; what is asked about often, from memory. */
@Injectable()
export class LedgerExportService extends ExportService {
  private readonly newExports = new NewExports(this.exports);
  private readonly active = new ActiveExports((tenantId, limit) => this.exports.countActiveOf(tenantId, limit));

  constructor(
    @Inject(ExportRepository) private readonly exports: ExportRepository,
    @Inject(ExportCache) private readonly cache: ExportCache,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(LiveProgress) private readonly progress: LiveProgress,
    @Inject(LedgerTenantService) private readonly tenants: LedgerTenantService,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(OutputRemover) private readonly outputRemover: OutputRemover,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  override async submit(input: SubmitInput): Promise<ExportView> {
    assertEncodable(input.output, this.config);
    if (input.idempotencyKey !== undefined) return this.createByKey(input);
    const known = this.recall(input.tenantId, input.fingerprint);
    return known ?? this.cache.share(input.fingerprint, () => this.findOrCreate(input));
  }

  override recall(tenantId: string, fingerprint: string): ExportView | undefined {
    const known = this.cache.getForPoll(tenantId, fingerprint);
    return known && this.view(known);
  }

  override async get(tenantId: string, id: string): Promise<ExportView | undefined> {
    const record = await this.find(tenantId, id);
    return record && this.view(record);
  }

  override async list(tenantId: string, query: ListQuery): Promise<ExportPage> {
    const { limit, cursor, state } = query;
    if (cursor !== undefined && !UUID.test(cursor)) {
      throw new ClipfleetError('bad-parameter', 'cursor is not one that was given out', {
        details: { field: 'cursor' },
      });
    }
    const found = await this.exports.list(tenantId, {
      limit: limit + 1,
      ...(cursor !== undefined && { beforeId: cursor }),
      ...(state !== undefined && { state }),
    });
    const items = found.slice(0, limit).map((record) => this.view(record));
    return { items, ...(found.length > limit && { nextCursor: items[limit - 1].id }) };
  }

  override async cancel(tenantId: string, id: string): Promise<ExportView | undefined> {
    if (!UUID.test(id)) return undefined;
    const ended = await this.exports.cancel(tenantId, id, this.config.failedWindowMs);
    if (!ended) return this.readView(tenantId, id);
    this.changes.tell(ended);
    await this.changes.everywhere();
    return this.view(ended);
  }

  override watch(tenantId: string, id: string): AsyncIterable<ExportView> {
    return watchExport({
      read: () => this.get(tenantId, id),
      isLast: (view) => isEnded(view.state),
      onChange: (listener) => {
        const stops = [
          this.changes.onChange(id, listener),
          this.progress.onProgress((changedId) => changedId === id && listener()),
        ];
        return () => stops.forEach((stop) => stop());
      },
    });
  }

  private async find(tenantId: string, givenId: string): Promise<ExportStatus | undefined> {
    if (!UUID.test(givenId)) return undefined;
    const id = givenId.toLowerCase();
    const record = this.cache.getById(id) ?? (await this.cache.share(id, () => this.read(id)));
    return record?.tenantId === tenantId ? record : undefined;
  }

  /** Not from memory: the ledger has just said that the export has ended, and memory may not have heard of it yet. */
  private async readView(tenantId: string, id: string): Promise<ExportView | undefined> {
    const record = await this.read(id.toLowerCase());
    return record?.tenantId === tenantId ? this.view(record) : undefined;
  }

  private async read(id: string): Promise<ExportStatus | undefined> {
    const reading = this.cache.beginReading();
    const record = await this.exports.status(id);
    if (record) this.cache.put(record, reading);
    return record;
  }

  private async createByKey(input: SubmitInput): Promise<ExportView> {
    if (!input.output.overwrite) await this.outputRemover.removeExpiredAt(input.output.destination);
    return this.create(input);
  }

  private async findOrCreate(input: SubmitInput): Promise<ExportView> {
    if (!input.output.overwrite) {
      const reading = this.cache.beginReading();
      const record = await this.exports.findForPoll(input.tenantId, input.fingerprint);
      if (record) {
        this.cache.put(record, reading);
        return this.view(record);
      }
      const object = await this.headDestination(input.output.destination);
      if (object) return existingObjectView(input, object.lastModifiedMs);
    }
    return this.create(input);
  }

  private async create(input: SubmitInput): Promise<ExportView> {
    const { limits, kind } = await this.tenants.termsOf(input.tenantId);
    const { maxActiveExports, maxRunningExports } = newExportLimits(limits, this.config);
    const isCounted = !(await this.active.letsThrough(input.tenantId, maxActiveExports));
    const reading = this.cache.beginReading();
    const expiresInMs = input.output.expiresInMs ?? this.config.outputExpiresMs;
    const wanted = {
      ...input,
      maxRunningExports,
      ...(expiresInMs > 0 && { expiresInMs }),
      ...(isCounted && { maxActiveExports }),
    };
    const {
      export: record,
      isNew,
      isHeld,
    } = await this.newExports.createOrFind(wanted).finally(() => {
      if (!isCounted) this.active.recorded(input.tenantId);
    });
    crashPoint('export.accepted');
    this.cache.put(record, reading);
    if (isNew) this.changes.accepted(isHeld, kind);
    return this.view(record);
  }

  /** What is there and has not expired. */
  private async headDestination(at: ObjectRef): Promise<ObjectInfo | undefined> {
    const object = await this.tryHead(at);
    return object && (await this.outputRemover.removeExpiredAt(at)) ? this.tryHead(at) : object;
  }

  /** A destination that cannot be looked at is told by the export that tries to write it. */
  private async tryHead(at: ObjectRef): Promise<ObjectInfo | undefined> {
    try {
      return await this.stores.get(at.storeId).head(at);
    } catch (error) {
      this.logger.warn({ err: error, storeId: at.storeId, bucket: at.bucket }, 'a destination could not be looked at');
      return undefined;
    }
  }

  private view(record: ExportStatus): ExportView {
    const ledgerNowMs = Math.max(record.readAtMs, this.cache.ledgerNowMs());
    return toView(record, this.progress.doneBytes(record), Date.now(), ledgerNowMs);
  }
}
