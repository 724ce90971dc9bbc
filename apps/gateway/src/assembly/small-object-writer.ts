import { Inject, Injectable } from '@nestjs/common';
import { destinationFailure, OBJECT_STORES, ObjectStoreError, type ObjectStores } from '@clipfleet/object-store';
import type { SmallObject } from './small-object.js';

const MAX_EXISTING_BYTES = 256 * 1024 * 1024;

/** Writes the gateway's own objects. Writing one twice writes the same. */
@Injectable()
export class SmallObjectWriter {
  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /** Throws as the client is told: `destination-exists` where another object is there that must not be replaced. */
  async put(object: SmallObject, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
    const { at, bytes, contentType } = object;
    const store = this.stores.get(at.storeId);
    try {
      await store.put(at, bytes, { contentType, ifAbsent, signal });
      const found = await store.head(at, { signal });
      if (found?.sizeBytes !== bytes.length) throw new Error(`it has ${found?.sizeBytes} bytes, not ${bytes.length}`);
    } catch (error) {
      const wasThere = error instanceof ObjectStoreError && error.code === 'precondition-failed';
      // a former attempt may have written it
      if (wasThere && (await this.isThere(object))) return;
      throw destinationFailure(error);
    }
  }

  /** Deletes it, if what is there is it. */
  async discard(object: SmallObject): Promise<void> {
    if (await this.isThere(object)) await this.stores.get(object.at.storeId).delete(object.at);
  }

  private async isThere(object: SmallObject): Promise<boolean> {
    const store = this.stores.get(object.at.storeId);
    const found = await store.head(object.at);
    if (!found || found.sizeBytes > MAX_EXISTING_BYTES) return false;
    return object.equals(await store.getBytes(object.at, { limitBytes: MAX_EXISTING_BYTES }));
  }
}
