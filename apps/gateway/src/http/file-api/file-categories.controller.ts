import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type CategoryAnswer,
  ClipfleetError,
  type ListAnswer,
  listAnswer,
  oneFieldError,
  readPageQuery,
  textProblem,
} from '@clipfleet/contracts';
import { FileCategoryRepository, type FileCategory, type Tenant } from '@clipfleet/ledger';
import { CurrentTenant } from '../native/tenant.guard.js';
import { readJson } from '../read-json.js';
import { categoryAnswer } from './file-answers.js';
import { FileApiGuard } from './file-api.guard.js';

const MAX_NAME_LENGTH = 255;

/** What files are sorted by; a file has one or none. */
@Controller([
  'oserve/v1.3/file-category',
  'hserve/v1.3/file-category',
  'oserve/v2.2/file-category',
  'hserve/v2.2/file-category',
])
@UseGuards(FileApiGuard)
export class FileCategoriesController {
  constructor(@Inject(FileCategoryRepository) private readonly categories: FileCategoryRepository) {}

  @Post()
  @HttpCode(201)
  async create(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<CategoryAnswer> {
    return categoryAnswer(await this.categories.create(tenant.id, nameIn(request)));
  }

  @Get()
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ListAnswer<CategoryAnswer>> {
    const { returnTotalCount, ...asked } = readPageQuery(query);
    const { categories, hasMore } = await this.categories.list(tenant.id, asked);
    const totalCount = returnTotalCount ? await this.categories.count(tenant.id) : undefined;
    return listAnswer(categories.map(categoryAnswer), { ...asked, hasMore, totalCount }, request.url);
  }

  @Get(':id')
  async get(@CurrentTenant() tenant: Tenant, @Param('id') id: string): Promise<CategoryAnswer> {
    return found(await this.categories.get(tenant.id, id));
  }

  @Put(':id')
  async rename(
    @CurrentTenant() tenant: Tenant,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<CategoryAnswer> {
    return found(await this.categories.rename(tenant.id, id, nameIn(request)));
  }

  /** Its files stay, without a category. */
  @Delete(':id')
  @HttpCode(204)
  async delete(@CurrentTenant() tenant: Tenant, @Param('id') id: string): Promise<void> {
    if (!(await this.categories.delete(tenant.id, id))) throw noSuchCategory();
  }
}

const nameIn = (request: FastifyRequest): string => {
  const name: unknown = (readJson(request) as { name?: unknown } | null)?.name;
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH)
    throw oneFieldError('name', `must be a text of 1 to ${MAX_NAME_LENGTH} characters`);
  const problem = textProblem(name);
  if (problem !== undefined) throw oneFieldError('name', problem);
  return name;
};

const found = (category: FileCategory | undefined): CategoryAnswer => {
  if (!category) throw noSuchCategory();
  return categoryAnswer(category);
};

const noSuchCategory = (): ClipfleetError => new ClipfleetError('not-found', 'there is no such category');
