import { Controller, Delete, Get, HttpCode, Inject, Param, Query, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ClipfleetError,
  type FileAnswer,
  type ListAnswer,
  listAnswer,
  readFileListQuery,
  readIds,
} from '@clipfleet/contracts';
import { FileRepository, type Tenant } from '@clipfleet/ledger';
import { CurrentTenant } from '../native/tenant.guard.js';
import { readJson } from '../read-json.js';
import { dialectOf, FileAnswers } from './file-answers.js';
import { FileApiGuard } from './file-api.guard.js';

/** Files of a tenant, as seed clients (`/oserve`) and the vendor's SDK (`/hserve`) ask for them. */
@Controller(['oserve/v2.2/file', 'hserve/v2.1/uploaded-file', 'hserve/v2.2/uploaded-file'])
@UseGuards(FileApiGuard)
export class StoredFilesController {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(FileAnswers) private readonly answers: FileAnswers,
  ) {}

  @Get()
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ListAnswer<FileAnswer>> {
    const { condition, limit, offset, newestFirst, returnTotalCount } = readFileListQuery(query);
    const [page, totalCount] = await Promise.all([
      this.files.list(tenant.id, { condition, newestFirst, limit, offset }),
      returnTotalCount ? this.files.count(tenant.id, condition) : undefined,
    ]);
    const dialect = dialectOf(request);
    const objects = page.files.map((file) => this.answers.of(file, tenant, dialect));
    return listAnswer(objects, { limit, offset, hasMore: page.hasMore, totalCount }, request.url);
  }

  @Get(':id')
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<FileAnswer> {
    const file = await this.files.get(tenant.id, id);
    if (!file) throw noSuchFile();
    return this.answers.of(file, tenant, dialectOf(request));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@CurrentTenant() tenant: Tenant, @Param('id') id: string): Promise<void> {
    if ((await this.files.delete(tenant.id, [id])).length === 0) throw noSuchFile();
  }

  /** `?id__in=a,b`, or the same in a body. Ids that are not the tenant's files are left out. */
  @Delete()
  @HttpCode(204)
  async deleteMany(
    @CurrentTenant() tenant: Tenant,
    @Query('id__in') inQuery: unknown,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.files.delete(tenant.id, readIds(inQuery ?? idsInBody(request)));
  }
}

const idsInBody = (request: FastifyRequest): unknown => (readJson(request) as { id__in?: unknown } | null)?.id__in;

const noSuchFile = (): ClipfleetError => new ClipfleetError('not-found', 'there is no such file');
