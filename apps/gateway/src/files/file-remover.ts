import { Inject, Injectable } from '@nestjs/common';
import { type FileRemoval, FileRepository } from '@clipfleet/ledger';
import { edgesKeyBeside, type ObjectRef } from '@clipfleet/timeline';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';

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

  async removeDue(): Promise<void> {
    await this.files.deleteUnreceived(UNRECEIVED_MS, BATCH);
    for (let count = 0; count < BATCH; count += 1) {
      try {
        if (!(await this.files.removeNext((removal) => this.remove(removal)))) return;
      } catch (err) {
        this.logger.warn({ err }, 'the object of a deleted file could not be removed yet');
      }
    }
  }

  /** With what a gateway that died while it received the file has left open. */
  private async remove({ fileId, at }: FileRemoval): Promise<void> {
    // a playlist that was made here, in whose name no upload lies: what was made for it goes with it
    if (at.key.endsWith(`/${fileId}.m3u8`)) await this.removeAt({ ...at, key: edgesKeyBeside(at.key) });
    await this.removeAt(at);
  }

  private async removeAt(at: ObjectRef): Promise<void> {
    const store = this.stores.get(at.storeId);
    for (const { key, uploadId } of await store.listUploads(at.bucket, at.key)) {
      if (key === at.key) await store.abortUpload(at, uploadId);
    }
    await store.delete(at);
  }
}
