import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError } from '@clipfleet/contracts';
import type { Assembly, ExportRecord } from '@clipfleet/ledger';
import {
  destinationFailure,
  OBJECT_STORES,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type ObjectStores,
} from '@clipfleet/object-store';
import { uploadPlace } from '../uploads/upload-place.js';
import { ownershipOf } from './own-object.js';

/** `lost`: what the tasks wrote is not there any more; only beginning anew helps. */
export type Completion = { kind: 'completed'; object: ObjectInfo } | { kind: 'lost'; reason: string };

/** Parts → object. */
@Injectable()
export class UploadCompletion {
  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /**
   * Completes the upload and checks the object's size. An upload that was completed before, by an attempt whose end nobody
   * saw, is recognised. Throws `destination-exists`, `destination-not-writable`, `upload-failed`.
   */
  async complete(record: ExportRecord, assembly: Assembly, signal: AbortSignal): Promise<Completion> {
    const { uploadId } = record;
    const at = uploadPlace(record.destination, record.plan);
    if (uploadId === null) throw new ClipfleetError('internal', 'The export has no upload.', { retryable: false });
    const store = this.stores.get(at.storeId);
    try {
      if (!record.output.overwrite && !store.abilities.conditionalCreate) {
        // where the store cannot refuse, we look before: the best that can be had there
        const there = await store.head(at, { signal });
        if (there) return this.recognise(record, assembly, there) ?? refuseToReplace(record);
      }
      const ifAbsent = !record.output.overwrite && store.abilities.conditionalCreate;
      await store.completeUpload(at, uploadId, assembly.parts, { ifAbsent, signal });
      return await this.verified(store, record, assembly, signal);
    } catch (error) {
      return this.afterFailure(error, store, record, assembly);
    }
  }

  /** Deletes the object of an export that ended otherwise, if it is certain that this export made it. */
  async discard(record: ExportRecord, assembly: Assembly, madeEtag = assembly.etag): Promise<void> {
    const at = uploadPlace(record.destination, record.plan);
    const store = this.stores.get(at.storeId);
    const object = await store.head(at);
    const isMade = madeEtag !== undefined && object?.etag === madeEtag;
    if (isMade || ownershipOf(object, assembly, record.acceptedAtMs) === 'ours') await store.delete(at);
  }

  private async verified(
    store: ObjectStore,
    record: ExportRecord,
    assembly: Assembly,
    signal: AbortSignal,
  ): Promise<Completion> {
    const at = uploadPlace(record.destination, record.plan);
    const object = await store.head(at, { signal });
    if (object?.sizeBytes === assembly.sizeBytes) return { kind: 'completed', object };
    const found = object ? `has ${object.sizeBytes} bytes` : 'is not there';
    throw new ClipfleetError('upload-failed', `The object ${found} instead of ${assembly.sizeBytes} bytes.`, {
      details: { key: at.key },
    });
  }

  private async afterFailure(
    error: unknown,
    store: ObjectStore,
    record: ExportRecord,
    assembly: Assembly,
  ): Promise<Completion> {
    if (!(error instanceof ObjectStoreError)) throw error;
    const at = uploadPlace(record.destination, record.plan);
    switch (error.code) {
      case 'no-such-upload': {
        const known = this.recognise(record, assembly, await store.head(at));
        return known ?? { kind: 'lost', reason: 'the multipart upload is gone' };
      }
      case 'precondition-failed': {
        const known = this.recognise(record, assembly, await store.head(at));
        if (known) return known;
        throw destinationFailure(error);
      }
      case 'invalid-part':
      case 'part-too-small':
        return { kind: 'lost', reason: error.message };
      default:
        throw destinationFailure(error);
    }
  }

  private recognise(record: ExportRecord, assembly: Assembly, object: ObjectInfo | undefined): Completion | undefined {
    if (!object || ownershipOf(object, assembly, record.acceptedAtMs) === 'not-ours') return undefined;
    return { kind: 'completed', object };
  }
}

const refuseToReplace = ({ destination, plan }: ExportRecord): never => {
  const { bucket, key } = uploadPlace(destination, plan);
  throw new ClipfleetError('destination-exists', `${key} exists already`, { details: { bucket, key } });
};
