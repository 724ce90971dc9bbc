import { Inject, Injectable } from '@nestjs/common';
import { fingerprintOf, type MediaTarget, oneFieldError } from '@clipfleet/contracts';
import {
  FileCategoryRepository,
  fileId,
  FileJobRepository,
  type FileRecord,
  randomCdnPath,
  type Tenant,
} from '@clipfleet/ledger';
import { crashPoint, traceHeaders } from '@clipfleet/platform';
import type { Container, Edit, Output } from '@clipfleet/timeline';
import { assertEncodable } from '../exports/assert-encodable.js';
import { ExportChanges } from '../exports/export-changes.js';
import { newExportLimits } from '../exports/new-export-limits.js';
import { FilePlace } from '../files/file-place.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { LedgerTenantService } from '../tenants/ledger-tenant-service.js';

/** What a media request comes to: an edit, rendered to a file. */
export interface FileWork {
  /** The endpoint's name, kept beside the export. */
  operation: string;
  edit: Edit;
  /** All but where it goes. */
  output: Omit<Output, 'destination' | 'overwrite'>;
  /** By what the object's key ends, if not as usual for the container. */
  extension?: string;
  /** Files that it reads. */
  reads: { ids: readonly string[]; cdnPaths: readonly string[] };
}

const extensionOf: Partial<Record<Container, string>> = { image: '.jpg', storyboard: '.jpg', playlist: '.m3u8' };

/** Files that are made: a media request becomes an export and a pending file, which the export's end settles. */
@Injectable()
export class FileJobs {
  constructor(
    @Inject(FileJobRepository) private readonly jobs: FileJobRepository,
    @Inject(FileCategoryRepository) private readonly categories: FileCategoryRepository,
    @Inject(FilePlace) private readonly place: FilePlace,
    @Inject(LedgerTenantService) private readonly tenants: LedgerTenantService,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Throws `bad-parameter` for what is not the tenant's category. To be asked before anything else is looked at. */
  async checkTarget({ id }: Tenant, { categoryId }: MediaTarget): Promise<void> {
    if (categoryId !== undefined && !(await this.categories.get(id, categoryId)))
      throw oneFieldError('category_id', 'is no category of yours');
  }

  /** The pending file. Throws `bad-parameter`, `too-many-exports`. */
  async begin(tenant: Tenant, target: MediaTarget, work: FileWork): Promise<FileRecord> {
    assertEncodable(work.output, this.config);
    const id = fileId(Date.now());
    const { container } = work.output;
    const at = this.place.ofMade(tenant.slug, id, work.extension ?? extensionOf[container] ?? `.${container}`);
    const output: Output = { ...work.output, destination: at, overwrite: true };
    const { name, randomFileLink, categoryId } = target;
    const { limits, kind } = await this.tenants.termsOf(tenant.id);
    const traceParent = traceHeaders()['traceparent'];
    const { file, isHeld } = await this.jobs.create({
      export: {
        tenantId: tenant.id,
        fingerprint: fingerprintOf({ tenantId: tenant.id, edit: work.edit, output }),
        edit: work.edit,
        output,
        request: { api: 'file', operation: work.operation, fileId: id },
        ...newExportLimits(limits, this.config),
        ownPlaces: [this.place.whole(tenant.slug)],
        ...(traceParent !== undefined && { traceParent }),
      },
      file: {
        ...{ id, tenantId: tenant.id, name, at, status: 'pending' },
        cdnPath: randomFileLink ? randomCdnPath(name) : name,
        ...(categoryId !== undefined && { categoryId }),
      },
      reads: work.reads,
    });
    crashPoint('export.accepted');
    this.changes.accepted(isHeld, kind);
    return file;
  }
}
