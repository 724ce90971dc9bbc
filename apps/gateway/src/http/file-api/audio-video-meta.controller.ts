import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type AudioVideoMeta,
  audioVideoMetaAnswer,
  noSuchFile,
  oneFieldError,
  readFileId,
  readMediaBody,
} from '@clipfleet/contracts';
import { FileRepository, type Tenant } from '@clipfleet/ledger';
import { HLS_TYPE } from '../../files/sniff-content.js';
import { MediaProbe } from '../../probe/media-probe.js';
import { RecordingProbe } from '../../probe/recording-probe.js';
import { readJson } from '../read-json.js';
import { CurrentTenant, NeedsScope } from '../token.guard.js';
import { FileApiGuard } from './file-api.guard.js';
import { MEDIA_PATHS } from './media.controller.js';

/** Formats and streams of a stored file. */
@Controller(MEDIA_PATHS)
@UseGuards(FileApiGuard)
export class AudioVideoMetaController {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(MediaProbe) private readonly probe: MediaProbe,
    @Inject(RecordingProbe) private readonly recordings: RecordingProbe,
  ) {}

  @Post('audio-video-meta')
  @HttpCode(200)
  @NeedsScope('files:read')
  async meta(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<AudioVideoMeta> {
    const { source } = readMediaBody(readJson(request));
    const file = await this.files.get(tenant.id, readFileId(source, 'source'));
    if (!file) throw noSuchFile('source');
    if (file.status !== 'success') throw oneFieldError('source', `is a file whose status is ${file.status}`);
    const isRecording = file.mimeType === HLS_TYPE;
    const media = isRecording ? await this.recordings.of(tenant, file) : await this.probe.probe(file);
    return audioVideoMetaAnswer(media, file.sizeBytes);
  }
}
