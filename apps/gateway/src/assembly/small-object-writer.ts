import { Inject, Injectable } from '@nestjs/common';
import type { WrittenObject } from '@clipfleet/ledger';
import {
  destinationFailure,
  OBJECT_STORES,
  type ObjectInfo,
  ObjectStoreError,
  type ObjectStores,
} from '@clipfleet/object-store';
import type { SmallObject } from './small-object.js';

const MAX_EXISTING_BYTES = 256 * 1024 * 1024;

/** Writes the gateway's own objects. Writing one twice writes the same. */
@Injectable()
export class SmallObjectWriter {
  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /** What is there then. Throws as the client is told: `destination-exists` where another object is there that must not be replaced. */
  async put(object: SmallObject, ifAbsent: boolean, signal: AbortSignal): Promise<WrittenObject> {
    const { at, bytes, contentType } = object;
    const store = this.stores.get(at.storeId);
    try {
      await store.put(at, bytes, { contentType, ifAbsent, signal });
      const found = await store.head(at, { signal });
      if (found?.sizeBytes !== bytes.length) throw new Error(`it has ${found?.sizeBytes} bytes, not ${bytes.length}`);
      return { key: at.key, etag: found.etag };
    } catch (error) {
      const wasThere = error instanceof ObjectStoreError && error.code === 'precondition-failed';
      // a former attempt may have written it
      const former = wasThere ? await this.find(object) : undefined;
      if (former) return { key: at.key, etag: former.etag };
      throw destinationFailure(error);
    }
  }

  /** Deletes it, if what is there is it. */
  async discard(object: SmallObject): Promise<void> {
    if (await this.find(object)) await this.stores.get(object.at.storeId).delete(object.at);
  }

  private async find(object: SmallObject): Promise<ObjectInfo | undefined> {
    const store = this.stores.get(object.at.storeId);
    const found = await store.head(object.at);
    if (!found || found.sizeBytes > MAX_EXISTING_BYTES) return undefined;
    const bytes = await store.getBytes(object.at, { limitBytes: MAX_EXISTING_BYTES });
    return (await object.equals(bytes)) ? found : undefined;
  }
}
