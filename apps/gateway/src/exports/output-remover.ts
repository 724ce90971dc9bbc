import { Inject, Injectable } from '@nestjs/common';
import { type OutputRemoval, OutputRemovalRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { destinationFailure, OBJECT_STORES, type ObjectStore, type ObjectStores } from '@clipfleet/object-store';
import type { ObjectRef } from '@clipfleet/timeline';

const BATCH = 100;

/** Removes expired outputs. What a store refuses now is tried again later, by whichever gateway sweeps. */
@Injectable()
export class OutputRemover {
  constructor(
    @Inject(OutputRemovalRepository) private readonly removals: OutputRemovalRepository,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One batch; true: there may be more. */
  async removeDue(): Promise<boolean> {
    const { removals, isFull } = await this.removals.due(BATCH);
    for (const removal of removals) {
      await this.settle(removal).catch((err: unknown) =>
        this.logger.warn({ err, ...removal.at }, 'an expired output could not be removed yet'),
      );
    }
    return isFull;
  }

  /**
   * Without waiting for the sweep, for a request that must not replace what is there: an expired output is as good as gone, and
   * what lies beside it. False: nothing there has expired. Throws as the client is told.
   */
  async removeExpiredAt(at: ObjectRef): Promise<boolean> {
    const removals = await this.removals.dueAt(at);
    for (const removal of removals) {
      await this.settle(removal).catch((error: unknown) => {
        throw destinationFailure(error);
      });
    }
    return removals.length > 0;
  }

  private settle(removal: OutputRemoval): Promise<void> {
    return this.removals.settle(removal, () => this.remove(removal));
  }

  /** An object that somebody else wrote there meanwhile stays. */
  private async remove({ at, etag }: OutputRemoval): Promise<void> {
    const store = this.stores.get(at.storeId);
    const object = await store.head(at);
    if (!object) await requireBucket(store, at);
    else if (object.etag === etag) await store.delete(at);
  }
}

/** An object in a bucket that is not there now, as on a disk that is not mounted, is not gone: to list it throws, other than to look for the object. */
const requireBucket = async (store: ObjectStore, { bucket, key }: ObjectRef): Promise<void> => {
  await store.list(bucket, key)[Symbol.asyncIterator]().next();
};
