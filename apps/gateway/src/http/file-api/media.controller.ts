import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type FileAnswer, readMediaBody } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { PlaylistConcat } from '../../media/playlist-concat.js';
import { VideoSnapshot } from '../../media/video-snapshot.js';
import { CurrentTenant } from '../native/tenant.guard.js';
import { readJson } from '../read-json.js';
import { dialectOf, FileAnswers } from './file-answers.js';
import { FileApiGuard } from './file-api.guard.js';

/** Below which files are made of files. */
export const MEDIA_PATHS = ['oserve/v1/media', 'hserve/v1/media'];

/** What is made of playlists. */
@Controller(MEDIA_PATHS)
@UseGuards(FileApiGuard)
export class MediaController {
  constructor(
    @Inject(PlaylistConcat) private readonly concats: PlaylistConcat,
    @Inject(VideoSnapshot) private readonly snapshots: VideoSnapshot,
    @Inject(FileAnswers) private readonly answers: FileAnswers,
  ) {}

  @Post('video-snapshot')
  @HttpCode(200)
  async snapshot(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<FileAnswer> {
    const file = await this.snapshots.make(tenant, readMediaBody(readJson(request)));
    return this.answers.of(file, tenant, dialectOf(request));
  }

  @Post('m3u8-concat')
  @HttpCode(200)
  async concat(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<FileAnswer> {
    const file = await this.concats.begin(tenant, readMediaBody(readJson(request)));
    return this.answers.of(file, tenant, dialectOf(request));
  }
}
