import { Inject, Injectable } from '@nestjs/common';
import type { ObjectRef } from '@clipfleet/timeline';
import type { Place } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStore, type ObjectStores } from '@clipfleet/object-store';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';

/** Where the files of the file API lie: one bucket for all tenants, a prefix for each. */
@Injectable()
export class FilePlace {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'filesStore' | 'filesBucket'>,
  ) {}

  get store(): ObjectStore {
    const { filesStore } = this.config;
    return filesStore === undefined ? this.stores.all()[0] : this.stores.get(filesStore);
  }

  /** An object of its own for what an export makes, whatever the file is called: no other upload or export writes it. */
  ofMade(slug: string, fileId: string, extension: string): ObjectRef {
    return this.of(slug, `${fileId}${extension}`);
  }

  /** Everything that a tenant's files may be. */
  whole(slug: string): Place {
    return { storeId: this.store.id, bucket: this.config.filesBucket, prefix: `${slug}/` };
  }

  of(slug: string, cdnPath: string): ObjectRef {
    return { storeId: this.store.id, bucket: this.config.filesBucket, key: `${slug}/${cdnPath}` };
  }
}
