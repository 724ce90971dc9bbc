import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError, oneFieldError } from '@clipfleet/contracts';
import {
  fileId,
  type FileRecord,
  FileCategoryRepository,
  FileRepository,
  randomCdnPath,
  type Tenant,
} from '@clipfleet/ledger';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { FilePlace } from './file-place.js';
import { writeFileObject } from './file-writer.js';
import { signPolicy, type UploadPolicy, verifyPolicy } from './upload-policy.js';

export interface Announcement extends UploadPolicy {
  signed: { policy: string; authorization: string };
}

export interface AnnouncedFile {
  name: string;
  categoryId?: string;
  /** The folder that it keeps its name in; without one its path is random. */
  prefix?: string;
}

/** How long a client may take between asking for an upload and beginning it. */
const POLICY_VALID_MS = 3_600_000;

/** Files that clients send. Asking for an upload stores nothing: the signed policy holds all that is needed. */
@Injectable()
export class FileUploads {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(FileCategoryRepository) private readonly categories: FileCategoryRepository,
    @Inject(FilePlace) private readonly place: FilePlace,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'signingSecret' | 'maxFileBytes'>,
  ) {}

  async announce({ id, slug }: Tenant, { name, categoryId, prefix }: AnnouncedFile): Promise<Announcement> {
    if (categoryId !== undefined && !(await this.categories.get(id, categoryId))) throw noSuchCategory();
    const policy: UploadPolicy = {
      ...{ fileId: fileId(Date.now()), tenantId: id, slug, name },
      cdnPath: prefix === undefined ? randomCdnPath(name) : `${prefix}/${name}`,
      ...(categoryId !== undefined && { categoryId }),
      expiresAtMs: Date.now() + POLICY_VALID_MS,
    };
    return { ...policy, signed: signPolicy(policy, this.config.signingSecret) };
  }

  /** Throws `forbidden` when the policy is not ours or has expired. */
  verify(signed: { policy: string; authorization: string }): UploadPolicy {
    const verdict = verifyPolicy(signed, { secret: this.config.signingSecret, nowMs: Date.now() });
    if (verdict.ok) return verdict.policy;
    throw new ClipfleetError(
      'forbidden',
      `the upload policy ${verdict.reason === 'expired' ? 'has expired' : 'was altered'}`,
    );
  }

  /** The row first, then the object: what a crash leaves is found by the row. */
  async receive(policy: UploadPolicy, content: Readable, signal: AbortSignal): Promise<FileRecord> {
    const { fileId: id, tenantId, slug, name, cdnPath, categoryId } = policy;
    const at = this.place.of(slug, cdnPath);
    const file = {
      id,
      tenantId,
      name,
      cdnPath,
      at,
      status: 'running',
      ...(categoryId !== undefined && { categoryId }),
    };
    if (!(await this.files.create({ ...file, status: 'running' }))) throw noSuchCategory();
    try {
      const { maxFileBytes: maxBytes } = this.config;
      const written = await writeFileObject(content, this.place.store, at, { maxBytes, signal });
      const stored = await this.files.succeed(tenantId, id, written);
      if (stored) return stored;
      throw new ClipfleetError('not-found', 'the file was deleted while it came');
    } catch (error) {
      await this.files.delete(tenantId, [id]);
      throw error;
    }
  }
}

const noSuchCategory = (): ClipfleetError => oneFieldError('category_id', 'is no category of yours');
