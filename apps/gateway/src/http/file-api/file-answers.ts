import { Inject, Injectable } from '@nestjs/common';
import type { CategoryAnswer, FileAnswer } from '@clipfleet/contracts';
import type { FileCategory, FileRecord, Tenant } from '@clipfleet/ledger';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../gateway-config.js';

/** Who reads it: clients of `/hserve` want the category as an object. */
export type FileDialect = 'oserve' | 'hserve';

export const dialectOf = ({ url }: { url: string }): FileDialect => (url.startsWith('/hserve/') ? 'hserve' : 'oserve');

/** Addresses of files' content: whoever knows one may read it, since its name cannot be guessed. */
export const CDN_PATH = 'cdn';

@Injectable()
export class FileAnswers {
  constructor(@Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'publicUrl'>) {}

  of(file: FileRecord, tenant: Pick<Tenant, 'slug'>, dialect: FileDialect): FileAnswer {
    const category = file.category === null ? undefined : categoryAnswer(file.category);
    return {
      id: file.id,
      name: file.name,
      cdn_path: file.cdnPath,
      path: this.addressOf(file.cdnPath, tenant),
      media_type: file.mediaType,
      mime_type: file.mimeType,
      size: file.sizeBytes,
      status: file.status,
      ...(file.errorMessage !== null && { error_msg: file.errorMessage }),
      created_at: toSeconds(file.createdAtMs),
      updated_at: toSeconds(file.updatedAtMs),
      reference: {},
      created_by: 0,
      categories: category ? [category] : [],
      ...(dialect === 'hserve' && { category: category ?? {} }),
    };
  }

  addressOf(cdnPath: string, { slug }: Pick<Tenant, 'slug'>): string {
    const path = [CDN_PATH, slug, ...cdnPath.split('/')].map(encodeURIComponent).join('/');
    return `${this.config.publicUrl.replace(/\/+$/, '')}/${path}`;
  }
}

export const categoryAnswer = ({ id, name }: Pick<FileCategory, 'id' | 'name'>): CategoryAnswer => ({
  id,
  parent: null,
  name,
});

const toSeconds = (ms: number): number => Math.floor(ms / 1000);
