import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClipfleetError, EXPORT_API_PATH, type ExportApiAnswer, jobAnswer } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { traceHeaders } from '@clipfleet/platform';
import { admit, ExportService, hashToken, TenantService } from '../../exports/export-service.js';
import { authoriseJob } from '../authorise-job.js';
import { bearerToken } from '../bearer-token.js';
import { readBytes } from '../read-json.js';
import { RequestLimits } from '../request-limits.js';
import { tellIgnored } from './ignored-fields.js';
import { RequestReader, type ReadRequest } from './request-reader.js';
import { neededOfSession } from './session-admission.js';

/** `POST /api/resource/v1/i/export`: the first request makes the job, equal ones poll it (most of them: known-polls.ts). */
@Controller()
export class ExportApiController {
  constructor(
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(TenantService) private readonly tenants: TenantService,
    @Inject(RequestReader) private readonly reader: RequestReader,
    @Inject(RequestLimits) private readonly limits: RequestLimits,
  ) {}

  @Post(EXPORT_API_PATH)
  @HttpCode(200)
  async export(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportApiAnswer> {
    const body = readBytes(request);
    const read = this.reader.read(body);
    const tenant = await this.authenticate(read, request);
    this.limits.take(tenant, 'export');
    const translation = this.reader.translate(read, body, tenant.id);
    const { fingerprint, edit, output, facts, ignored } = translation;
    if (translation.authorised !== tenant) {
      authoriseJob(this.tenants, tenant, { edit, output }, { read: 'storage_info', write: 'storage_info' });
      translation.authorised = tenant;
    }
    const traceParent = traceHeaders()['traceparent'];
    const view = await this.exports.submit({
      tenantId: tenant.id,
      fingerprint,
      edit,
      output,
      request: facts,
      ...(traceParent !== undefined && { traceParent }),
    });
    request.exportId = view.id;
    request.isPoll = translation.toldExportId === view.id;
    translation.toldExportId = view.id;
    tellIgnored(reply, ignored);
    return jobAnswer(view);
  }

  /** Before anything else of the request is looked at. SessionId comes first; a header serves clients that have none. */
  private async authenticate({ tokenHash }: ReadRequest, request: FastifyRequest): Promise<Tenant> {
    const hash = tokenHash ?? this.headerTokenHash(request);
    return admit(await this.tenants.authenticateHash(hash), neededOfSession, Date.now());
  }

  private headerTokenHash({ headers }: FastifyRequest): string {
    const token = bearerToken(headers.authorization);
    if (token === undefined)
      throw new ClipfleetError('unauthenticated', 'SessionId is missing', { details: { field: 'SessionId' } });
    return hashToken(token);
  }
}
