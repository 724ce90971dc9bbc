import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type FileAnswer, type PlaylistMetaAnswer, readMediaBody } from '@clipfleet/contracts';
import type { FileRecord, Tenant } from '@clipfleet/ledger';
import { PlaylistClip } from '../../media/playlist-clip.js';
import { PlaylistConcat } from '../../media/playlist-concat.js';
import { VideoSnapshot } from '../../media/video-snapshot.js';
import { PlaylistMeta } from '../../media/playlist-meta.js';
import { readJson } from '../read-json.js';
import { CurrentTenant, NeedsScope } from '../token.guard.js';
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
    @Inject(PlaylistClip) private readonly clips: PlaylistClip,
    @Inject(PlaylistMeta) private readonly metas: PlaylistMeta,
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
    return this.answer(await this.concats.begin(tenant, bodyOf(request)), tenant, request);
  }

  @Post(['m3u8-clip', 'video-clip'])
  @HttpCode(200)
  async clip(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<FileAnswer> {
    return this.answer(await this.clips.begin(tenant, bodyOf(request)), tenant, request);
  }

  @Post('m3u8-meta')
  @HttpCode(200)
  @NeedsScope('files:read')
  meta(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<PlaylistMetaAnswer> {
    return this.metas.of(tenant, bodyOf(request));
  }

  private answer(file: FileRecord, tenant: Tenant, request: FastifyRequest): FileAnswer {
    return this.answers.of(file, tenant, dialectOf(request));
  }
}

const bodyOf = (request: FastifyRequest): Record<string, unknown> => readMediaBody(readJson(request));
