import { Readable } from 'node:stream';
import { Controller, Get, Inject, type OnModuleDestroy, Param, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClipfleetError, type ExportResource } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { ExportService } from '../../exports/export-service.js';
import { eventStream } from './event-stream.js';
import { FileLinks } from './file-links.js';
import { CurrentTenant, TenantGuard } from './tenant.guard.js';
import { toResource } from './to-resource.js';

const HEARTBEAT_MS = 15_000;

/** An export's changes as server-sent events, until it has ended. */
@Controller('v1/exports/:id/events')
@UseGuards(TenantGuard)
export class ExportEventsController implements OnModuleDestroy {
  private readonly shutdown = new AbortController();

  constructor(
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(FileLinks) private readonly links: FileLinks,
  ) {}

  @Get()
  async watch(@CurrentTenant() tenant: Tenant, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    if (!(await this.exports.get(tenant.id, id)))
      throw new ClipfleetError('not-found', 'there is no such export', { details: { field: 'id' } });
    const listener = new AbortController();
    reply.raw.once('close', () => listener.abort());
    const signal = AbortSignal.any([listener.signal, this.shutdown.signal]);
    const events = eventStream(this.resources(tenant.id, id), { signal, heartbeatMs: HEARTBEAT_MS });
    void reply
      .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(Readable.from(events, { objectMode: false }));
  }

  /** Listeners come back by themselves, to another gateway. */
  onModuleDestroy(): void {
    this.shutdown.abort();
  }

  private async *resources(tenantId: string, id: string): AsyncGenerator<ExportResource> {
    for await (const view of this.exports.watch(tenantId, id)) {
      yield { ...toResource(view), ...(await this.links.of(view)) };
    }
  }
}
