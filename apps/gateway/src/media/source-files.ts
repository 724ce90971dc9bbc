import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError, noSuchFile, oneFieldError } from '@clipfleet/contracts';
import { type FileRecord, FileRepository, type Place, type Tenant } from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';
import { FilePlace } from '../files/file-place.js';

/** Files that media requests name. */
@Injectable()
export class SourceFiles {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(FilePlace) private readonly place: FilePlace,
  ) {}

  /** A file that is there and may be read. Throws `bad-parameter`, `not-found` or `forbidden`, which name `field`. */
  async get(tenant: Tenant, id: string, field: string): Promise<FileRecord> {
    const file = await this.files.get(tenant.id, id);
    if (!file) throw noSuchFile(field);
    if (file.status !== 'success') throw oneFieldError(field, `is a file whose status is ${file.status}`);
    if (!this.readable(tenant, file.at).some((prefix) => file.at.key.startsWith(prefix)))
      throw new ClipfleetError('forbidden', `${field} lies where you may not read any more`, { details: { field } });
    return file;
  }

  /** What of a bucket the tenant may read. */
  readable(tenant: Tenant, at: ObjectRef): string[] {
    const grants: Place[] = [...tenant.grants.filter(({ canRead }) => canRead), this.place.whole(tenant.slug)];
    return grants
      .filter(({ storeId, bucket }) => storeId === at.storeId && bucket === at.bucket)
      .map(({ prefix }) => prefix);
  }
}
