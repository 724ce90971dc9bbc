import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ClipfleetError,
  EXPORT_API_PATH,
  type ExportApiAnswer,
  isAbsent,
  jobAnswer,
  type NamedFields,
  nameFields,
} from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { traceHeaders } from '@clipfleet/platform';
import { ExportService, TenantService } from '../../exports/export-service.js';
import { authoriseJob } from '../authorise-job.js';
import { bearerToken } from '../bearer-token.js';
import { readJson } from '../read-json.js';
import { RequestTranslator } from './request-translator.js';

const MAX_IGNORED_SHOWN = 20;

/** `POST /api/resource/v1/i/export`: the first request makes the job, equal ones poll it. */
@Controller()
export class ExportApiController {
  constructor(
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(TenantService) private readonly tenants: TenantService,
    @Inject(RequestTranslator) private readonly translator: RequestTranslator,
  ) {}

  @Post(EXPORT_API_PATH)
  @HttpCode(200)
  async export(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportApiAnswer> {
    const named = nameFields(readJson(request));
    const tenant = await this.authenticate(named, request);
    // readJson has seen that it is bytes
    const translation = this.translator.translate(named, request.body as Uint8Array, tenant.id);
    const { fingerprint, edit, output, facts, ignored } = translation;
    authoriseJob(this.tenants, tenant, { edit, output }, { read: 'storage_info', write: 'storage_info' });
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
    if (ignored.length > 0) reply.header('clipfleet-ignored-fields', ignored.slice(0, MAX_IGNORED_SHOWN).join(', '));
    return jobAnswer(view);
  }

  /** Before anything else of the request is looked at. SessionId comes first; a header serves clients that have none. */
  private async authenticate({ values }: NamedFields, request: FastifyRequest): Promise<Tenant> {
    const sessionId = values.get('SessionId');
    const token = isAbsent(sessionId) ? bearerToken(request.headers.authorization) : sessionId;
    if (token === undefined) throw new ClipfleetError('unauthenticated', 'SessionId is missing', onSession);
    if (typeof token !== 'string') throw new ClipfleetError('bad-parameter', 'SessionId must be a string', onSession);
    const tenant = await this.tenants.authenticate(token);
    if (!tenant) throw new ClipfleetError('unauthenticated', 'SessionId is not known', onSession);
    return tenant;
  }
}

const onSession = { details: { field: 'SessionId' } };
