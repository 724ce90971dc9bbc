import { Controller, HttpCode, Inject, Post, Query, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClipfleetError, readCategoryId, readFileName, readMediaBody, readPrefix } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { FileUploads } from '../../files/file-uploads.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../gateway-config.js';
import { CurrentTenant } from '../native/tenant.guard.js';
import { readJson } from '../read-json.js';
import { FileAnswers } from './file-answers.js';
import { FileApiGuard } from './file-api.guard.js';
import { readUploadForm } from './upload-form.js';

const UPLOAD_PATH = 'upload';

interface UploadAnswer {
  id: string;
  policy: string;
  authorization: string;
  path: string;
  upload_url: string;
  name: string;
  cdn_path: string;
  created_at: number;
}

/** What the client of an upload is told, in the words of the store the vendor uses. */
interface ReceivedAnswer {
  code: 200;
  message: 'ok';
  file_size: number;
  url: string;
  time: number;
  mimetype: string | null;
}

/** Where an upload is asked for. */
@Controller(['oserve/v2.1/upload', 'hserve/v2.1/upload'])
@UseGuards(FileApiGuard)
export class UploadsController {
  constructor(
    @Inject(FileUploads) private readonly uploads: FileUploads,
    @Inject(FileAnswers) private readonly answers: FileAnswers,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'publicUrl'>,
  ) {}

  @Post()
  @HttpCode(200)
  async announce(@CurrentTenant() tenant: Tenant, @Req() request: FastifyRequest): Promise<UploadAnswer> {
    const body = readMediaBody(readJson(request) ?? {});
    const announced = await this.uploads.announce(tenant, {
      name: readFileName(body['filename'], 'filename'),
      ...readCategoryId(body['category_id']),
      ...readPrefix(body['prefix']),
    });
    const { signed, fileId, cdnPath, name } = announced;
    // the address vouches for the upload too: in the form the file may come before the policy
    const query = new URLSearchParams(signed).toString();
    return {
      id: fileId,
      ...signed,
      path: this.answers.addressOf(cdnPath, tenant),
      upload_url: `${this.config.publicUrl.replace(/\/+$/, '')}/${UPLOAD_PATH}?${query}`,
      name,
      cdn_path: cdnPath,
      created_at: Math.floor(Date.now() / 1000),
    };
  }
}

/** Where a file is sent to: whoever holds the policy may store the one file it names. */
@Controller(UPLOAD_PATH)
export class FileReceiverController {
  constructor(@Inject(FileUploads) private readonly uploads: FileUploads) {}

  @Post()
  @HttpCode(200)
  async receive(
    @Query('policy') policy: unknown,
    @Query('authorization') authorization: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ReceivedAnswer> {
    if (typeof policy !== 'string' || typeof authorization !== 'string')
      throw new ClipfleetError('forbidden', 'the address is not one that an upload was given');
    const granted = this.uploads.verify({ policy, authorization });
    const file = await readUploadForm(request.raw, { policy, authorization }, (content, signal) =>
      this.uploads.receive(granted, content, signal),
    );
    return {
      code: 200,
      message: 'ok',
      file_size: file.sizeBytes,
      url: file.cdnPath,
      time: Math.floor(file.createdAtMs / 1000),
      mimetype: file.mimeType,
    };
  }
}
