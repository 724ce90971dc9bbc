import { Inject, Injectable } from '@nestjs/common';
import type { ObjectRef } from '@clipfleet/timeline';
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

  of(slug: string, cdnPath: string): ObjectRef {
    return { storeId: this.store.id, bucket: this.config.filesBucket, key: `${slug}/${cdnPath}` };
  }
}
