import { Inject, Injectable } from '@nestjs/common';
import { TenantRepository } from '@clipfleet/ledger';
import { destinationFailure, OBJECT_STORES, ObjectStoreError, type ObjectStores } from '@clipfleet/object-store';
import { type PlannedExport, type PlaylistObject, playlistObjects } from './playlist-documents.js';

const MAX_EXISTING_BYTES = 256 * 1024 * 1024;

/** Outputs without a task: small objects, written from the plan. Writing them twice writes the same. */
@Injectable()
export class PlaylistOutput {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(TenantRepository) private readonly tenants: TenantRepository,
  ) {}

  /** Returns the bytes written; throws as the client is told. */
  async write(record: PlannedExport, signal: AbortSignal): Promise<{ sizeBytes: number; gatewayBytes: number }> {
    const objects = await this.objectsOf(record);
    const ifAbsent = !record.output.overwrite;
    for (const object of objects) await this.put(object, ifAbsent, signal);
    return {
      sizeBytes: objects.at(-1)!.bytes.length,
      gatewayBytes: objects.reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
  }

  /** After an export that ended without an output: deletes what `write` has written, and only that. */
  async discard(record: PlannedExport): Promise<void> {
    for (const object of await this.objectsOf(record)) {
      if (await this.isThere(object)) await this.stores.get(object.at.storeId).delete(object.at);
    }
  }

  private async objectsOf(record: PlannedExport): Promise<PlaylistObject[]> {
    const isEncrypted = record.output.container === 'playlist-jwe';
    return playlistObjects(record, isEncrypted ? await this.tenants.jweKey(record.tenantId) : undefined);
  }

  private async put(object: PlaylistObject, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
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

  private async isThere(object: PlaylistObject): Promise<boolean> {
    const store = this.stores.get(object.at.storeId);
    const found = await store.head(object.at);
    if (!found || found.sizeBytes > MAX_EXISTING_BYTES) return false;
    return object.equals(await store.getBytes(object.at, { limitBytes: MAX_EXISTING_BYTES }));
  }
}
