import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClipfleetError } from '@clipfleet/contracts';
import { FileRepository } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { CDN_PATH } from './file-answers.js';

const EXPIRES_IN_MS = 3_600_000;

/** The lasting address of a file leads to the store's own, which expires. */
@Controller(CDN_PATH)
export class CdnController {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {}

  @Get(':slug/*')
  async redirect(@Param('slug') slug: string, @Param('*') cdnPath: string, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.files.findByAddress(slug, cdnPath);
    if (file?.status !== 'success') throw new ClipfleetError('not-found', 'there is no such file');
    const url = await this.stores.get(file.at.storeId).signedUrl(file.at, { expiresInMs: EXPIRES_IN_MS });
    void reply.status(302).header('cache-control', 'private, max-age=600').header('location', url).send();
  }
}
