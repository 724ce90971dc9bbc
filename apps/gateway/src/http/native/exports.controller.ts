import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ClipfleetError,
  type ExportList,
  exportListQuery,
  type ExportResource,
  fieldError,
  fingerprintOf,
  oneFieldError,
  readNativeExport,
  toProblem,
} from '@clipfleet/contracts';
import { isEnded, type Tenant } from '@clipfleet/ledger';
import { traceHeaders } from '@clipfleet/platform';
import { ExportService, type ExportView, TenantService } from '../../exports/export-service.js';
import { authoriseJob } from '../authorise-job.js';
import { readJson } from '../read-json.js';
import { isKnownToClient, weakTag } from '../entity-tag.js';
import { FileLinks } from './file-links.js';
import { StoreNames } from './store-names.js';
import { CurrentTenant, TenantGuard } from './tenant.guard.js';
import { toResource } from './to-resource.js';

/** The native API: edits and outputs as the fleet knows them. */
@Controller('v1/exports')
@UseGuards(TenantGuard)
export class ExportsController {
  constructor(
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(TenantService) private readonly tenants: TenantService,
    @Inject(StoreNames) private readonly storeNames: StoreNames,
    @Inject(FileLinks) private readonly links: FileLinks,
  ) {}

  @Post()
  async create(
    @CurrentTenant() tenant: Tenant,
    @Req() request: FastifyRequest,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportResource> {
    checkIdempotencyKey(idempotencyKey);
    const { edit, output, priority } = readNativeExport(readJson(request));
    this.storeNames.check({ edit, output });
    authoriseJob(this.tenants, tenant, { edit, output }, { read: 'edit', write: 'output.destination' });
    const traceParent = traceHeaders()['traceparent'];
    const view = await this.exports.submit({
      tenantId: tenant.id,
      fingerprint: fingerprintOf({ tenantId: tenant.id, edit, output }),
      edit,
      output,
      request: { api: 'native' },
      priority,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(traceParent !== undefined && { traceParent }),
    });
    request.exportId = view.id;
    reply.status(isEnded(view.state) ? 200 : 202).header('location', `/v1/exports/${view.id}`);
    return this.resource(view);
  }

  @Get()
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportList | undefined> {
    const parsed = exportListQuery.safeParse({ ...(query as object) });
    if (!parsed.success) throw fieldError(parsed.error.issues.map(toProblem));
    const { limit, cursor, state } = parsed.data;
    const page = await this.exports.list(tenant.id, {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(state !== undefined && { state }),
    });
    const items = page.items.map(toResource);
    if (isKnownToClient(request, reply, tagOf(items))) return undefined;
    return { items, ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }) };
  }

  @Get(':id')
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportResource | undefined> {
    const view = found(await this.exports.get(tenant.id, id));
    request.isPoll = true;
    const resource = toResource(view);
    if (isKnownToClient(request, reply, tagOf([resource], this.links.versionOf(view, Date.now())))) return undefined;
    return { ...resource, ...(await this.links.of(view)) };
  }

  @Delete(':id')
  delete(@CurrentTenant() tenant: Tenant, @Param('id') id: string): Promise<ExportResource> {
    return this.cancel(tenant, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  async cancel(@CurrentTenant() tenant: Tenant, @Param('id') id: string): Promise<ExportResource> {
    return this.resource(found(await this.exports.cancel(tenant.id, id)));
  }

  private async resource(view: ExportView): Promise<ExportResource> {
    return { ...toResource(view), ...(await this.links.of(view)) };
  }
}

/**
 * What a page holds follows from its exports. When to ask again is left out: it is another in each answer, and to know it is not
 * worth the rest.
 */
const tagOf = (resources: readonly ExportResource[], linksVersion = 0): string =>
  weakTag(JSON.stringify([linksVersion, ...resources.map((resource) => ({ ...resource, retryAfterMs: undefined }))]));

const found = (view: ExportView | undefined): ExportView => {
  if (!view) throw new ClipfleetError('not-found', 'there is no such export', { details: { field: 'id' } });
  return view;
};

/** draft-ietf-httpapi-idempotency-key-header §2.1 leaves the form to the server. */
const checkIdempotencyKey = (key: string | undefined): void => {
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))
    throw oneFieldError('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
};
