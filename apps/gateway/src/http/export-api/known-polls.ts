import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EXPORT_API_PATH, jobAnswer } from '@clipfleet/contracts';
import { admit, ExportService, type ExportView, TenantService } from '../../exports/export-service.js';
import { hasJsonBytes } from '../read-json.js';
import { RequestLimits } from '../request-limits.js';
import { tellIgnored } from './ignored-fields.js';
import { RequestReader, type Translation } from './request-reader.js';
import { neededOfSession } from './session-admission.js';

/**
 * Polls that memory can answer, answered in a hook of Fastify: what Nest wraps around a controller, and the promises on the way, cost
 * more than such an answer does. It knows by heart and decides nothing: where anything is not in memory, or speaks against the
 * request, `ExportApiController` looks at all of it anew, and only it refuses.
 */
@Injectable()
export class KnownPolls implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(TenantService) private readonly tenants: TenantService,
    @Inject(RequestReader) private readonly reader: RequestReader,
    @Inject(RequestLimits) private readonly limits: RequestLimits,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // before the span is entered: nothing on the way to such an answer has one below it
    fastify.addHook('preValidation', (request, reply, done) => {
      const isOurs = request.method === 'POST' && request.url === EXPORT_API_PATH && hasJsonBytes(request);
      if (!isOurs || !this.answer(request, reply, request.body)) done();
    });
  }

  /** false: this is not a poll that can be answered so, and nothing has been done. */
  private answer(request: FastifyRequest, reply: FastifyReply, body: Uint8Array): boolean {
    const known = this.recall(body);
    if (!known) return false;
    const { view, translation } = known;
    request.exportId = view.id;
    request.isPoll = true;
    tellIgnored(reply, translation.ignored);
    void reply.send(jobAnswer(view));
    return true;
  }

  private recall(body: Uint8Array): { view: ExportView; translation: Translation } | undefined {
    const read = this.reader.recall(body);
    const tenant = read?.tokenHash === undefined ? undefined : this.tenants.recallHash(read.tokenHash);
    if (!read || !tenant || !isAdmitted(tenant)) return undefined;
    const translation = read.translations.get(tenant.id);
    // another tenant object: its grants may be others
    if (!translation || translation.authorised !== tenant) return undefined;
    const view = this.exports.recall(tenant.id, translation.fingerprint);
    if (!view || translation.toldExportId !== view.id) return undefined;
    // last, as it counts: the controller counts for itself
    return this.limits.letsThrough(tenant) ? { view, translation } : undefined;
  }
}

const isAdmitted = (tenant: Parameters<typeof admit>[0]): boolean => {
  try {
    admit(tenant, neededOfSession, Date.now());
    return true;
  } catch {
    return false;
  }
};
