import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError, oneFieldError, type RegisterRequest } from '@clipfleet/contracts';
import { type FileRecord, FileRepository, mayRead, randomCdnPath, type Tenant } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStore, type ObjectStores, sourceFailure } from '@clipfleet/object-store';
import { SNIFFED_BYTES, sniffContent } from './sniff-content.js';

/** Objects that lie in a bucket of the tenant's already become files where they are; nothing is copied. */
@Injectable()
export class FileRegistrar {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {}

  /** The same object is the same file again. Throws `bad-parameter`, `forbidden`, `not-found`. */
  async register(
    tenant: Tenant,
    { store: storeId, bucket, key, name, categoryId }: RegisterRequest,
  ): Promise<FileRecord> {
    const store = this.stores.all().find(({ id }) => id === storeId);
    if (!store) throw oneFieldError('store', 'names no store of this fleet');
    const at = { storeId, bucket, key };
    if (!mayRead(tenant, at)) {
      const message = `key: the tenant may not read ${key} in bucket ${bucket} of store ${storeId}`;
      throw new ClipfleetError('forbidden', message, { details: { field: 'key' } });
    }
    const content = await lookAt(store, at).catch((error: unknown) => {
      throw sourceFailure(error);
    });
    if (!content)
      throw new ClipfleetError('not-found', `key: there is no ${key} in ${bucket}`, { details: { field: 'key' } });
    const file = await this.files.register({
      ...{ tenantId: tenant.id, name, cdnPath: randomCdnPath(name), at, status: 'success', ...content },
      ...(categoryId !== undefined && { categoryId }),
    });
    if (!file) throw oneFieldError('category_id', 'is no category of yours');
    return file;
  }
}

const lookAt = async (store: ObjectStore, at: { bucket: string; key: string }) => {
  const object = await store.head(at);
  if (!object) return undefined;
  const { sizeBytes } = object;
  const endByte = Math.min(sizeBytes, SNIFFED_BYTES);
  const start =
    endByte === 0 ? new Uint8Array() : await store.getBytes(at, { range: [0, endByte], limitBytes: endByte });
  return { ...(await sniffContent(start)), sizeBytes };
};
