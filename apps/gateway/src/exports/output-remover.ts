import { Inject, Injectable } from '@nestjs/common';
import { type OutputRemoval, OutputRemovalRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { destinationFailure, OBJECT_STORES, type ObjectStore, type ObjectStores } from '@clipfleet/object-store';
import type { ObjectRef } from '@clipfleet/timeline';
import type { StoreRound } from '../cleanup/store-round.js';

/** Whoever plans an export at one of these places waits for all of them. */
const BATCH = 200;

/** Removes expired outputs. What a store refuses now is tried again later, by whichever gateway sweeps. */
@Injectable()
export class OutputRemover {
  constructor(
    @Inject(OutputRemovalRepository) private readonly removals: OutputRemovalRepository,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One batch; true: there may be more. */
  async removeDue(round: StoreRound): Promise<boolean> {
    const { removals, isFull } = await this.removals.due({ limit: BATCH, withoutStores: round.silentStores });
    const { failed } = await this.removals.settleMany(removals, (removal) =>
      round.run(removal.at.storeId, (signal) => this.remove(removal, signal)),
    );
    for (const { one, error } of failed)
      this.logger.warn({ err: error, ...one.at }, 'an expired output could not be removed yet');
    return isFull;
  }

  /**
   * Without waiting for the sweep, for a request that must not replace what is there: an expired output is as good as gone, and
   * what lies beside it. False: nothing there has expired. Throws as the client is told.
   */
  async removeExpiredAt(at: ObjectRef): Promise<boolean> {
    const removals = await this.removals.dueAt(at);
    for (const removal of removals) {
      await this.removals
        .settle(removal, () => this.remove(removal))
        .catch((error: unknown) => {
          throw destinationFailure(error);
        });
    }
    return removals.length > 0;
  }

  /** An object that somebody else wrote there meanwhile stays. */
  private async remove({ at, etag }: OutputRemoval, signal?: AbortSignal): Promise<void> {
    const store = this.stores.get(at.storeId);
    const options = signal && { signal };
    const object = await store.head(at, options);
    if (!object) await requireBucket(store, at, options);
    else if (object.etag === etag) await store.delete(at, options);
  }
}

/** An object in a bucket that is not there now, as on a disk that is not mounted, is not gone: to list it throws, other than to look for the object. */
const requireBucket = async (
  store: ObjectStore,
  { bucket, key }: ObjectRef,
  options?: { signal: AbortSignal },
): Promise<void> => {
  await store.list(bucket, key, options)[Symbol.asyncIterator]().next();
};
