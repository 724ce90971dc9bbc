import { Inject, Injectable } from '@nestjs/common';
import { type FileRemoval, FileRepository } from '@clipfleet/ledger';
import { edgesKeyBeside, type ObjectRef } from '@clipfleet/timeline';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import type { StoreRound } from '../cleanup/store-round.js';

const BATCH = 100;
/** No upload takes longer than this from its first byte to its last. */
const UNRECEIVED_MS = 24 * 3_600_000;

/** Removes the objects of deleted files. What a store refuses now is tried again later, by whichever gateway sweeps. */
@Injectable()
export class FileRemover {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One batch; true: there may be more. */
  async removeDue(round: StoreRound): Promise<boolean> {
    await this.files.deleteUnreceived(UNRECEIVED_MS, BATCH);
    const due = { limit: BATCH, withoutStores: round.silentStores };
    const { failed, isFull } = await this.files.removeDue(due, (removal) =>
      round.run(removal.at.storeId, (signal) => this.remove(removal, signal)),
    );
    for (const { one, error } of failed)
      this.logger.warn({ err: error, ...one.at }, 'the object of a deleted file could not be removed yet');
    return isFull;
  }

  /** With what a gateway that died while it received the file has left open. */
  private async remove({ fileId, at }: FileRemoval, signal: AbortSignal): Promise<void> {
    // a playlist that was made here, in whose name no upload lies: what was made for it goes with it
    if (at.key.endsWith(`/${fileId}.m3u8`)) await this.removeAt({ ...at, key: edgesKeyBeside(at.key) }, signal);
    await this.removeAt(at, signal);
  }

  private async removeAt(at: ObjectRef, signal: AbortSignal): Promise<void> {
    const store = this.stores.get(at.storeId);
    for (const { key, uploadId } of await store.listUploads(at.bucket, at.key, { signal })) {
      if (key === at.key) await store.abortUpload(at, uploadId, { signal });
    }
    await store.delete(at, { signal });
  }
}
