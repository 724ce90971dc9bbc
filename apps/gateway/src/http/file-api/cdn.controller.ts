import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClipfleetError } from '@clipfleet/contracts';
import { type FileRecord, FileRepository } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { PlayablePlaylists } from '../../files/playable-playlist.js';
import { HLS_TYPE } from '../../files/sniff-content.js';
import { LedgerTenantService } from '../../tenants/ledger-tenant-service.js';
import { CDN_PATH, FileAnswers } from './file-answers.js';

const EXPIRES_IN_MS = 3_600_000;

/** The lasting address of a file leads to the store's own, which expires; a playlist is served with the addresses of its segments. */
@Controller(CDN_PATH)
export class CdnController {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(LedgerTenantService) private readonly tenants: LedgerTenantService,
    @Inject(PlayablePlaylists) private readonly playlists: PlayablePlaylists,
    @Inject(FileAnswers) private readonly answers: FileAnswers,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {}

  @Get(':slug/*')
  async get(@Param('slug') slug: string, @Param('*') cdnPath: string, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.files.findByAddress(slug, cdnPath);
    if (file?.status !== 'success') throw new ClipfleetError('not-found', 'there is no such file');
    // whoever knows the address may read it
    reply.header('cache-control', 'private, max-age=600');
    if (this.playlists.serves(file)) return this.servePlaylist(file, slug, reply);
    const url = await this.stores.get(file.at.storeId).signedUrl(file.at, { expiresInMs: EXPIRES_IN_MS });
    void reply.status(302).header('location', url).send();
  }

  private async servePlaylist(file: FileRecord, slug: string, reply: FastifyReply): Promise<void> {
    const tenant = await this.tenants.bySlug(slug);
    if (!tenant) throw new ClipfleetError('not-found', 'there is no such file');
    const text = await this.playlists.textOf(file, tenant, (cdnPath) => this.answers.addressOf(cdnPath, tenant));
    void reply.type(HLS_TYPE).header('x-content-type-options', 'nosniff').send(text);
  }
}
