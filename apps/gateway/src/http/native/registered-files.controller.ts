import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type FileAnswer, readRegisterRequest } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { FileRegistrar } from '../../files/file-registrar.js';
import { FileAnswers } from '../file-api/file-answers.js';
import { readJson } from '../read-json.js';
import { CurrentTenant, NeedsScope } from '../token.guard.js';
import { TenantGuard } from './tenant.guard.js';

/** Recordings that lie in a bucket already, for the file API. */
@Controller('v1')
@UseGuards(TenantGuard)
export class RegisteredFilesController {
  constructor(
    @Inject(FileRegistrar) private readonly registrar: FileRegistrar,
    @Inject(FileAnswers) private readonly answers: FileAnswers,
  ) {}

  /** Of one object always the same file. */
  @Post('files::register')
  @HttpCode(201)
  @NeedsScope('files:write')
  async register(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<FileAnswer> {
    const file = await this.registrar.register(tenant, readRegisterRequest(readJson(request)));
    return this.answers.of(file, tenant, 'oserve');
  }
}
