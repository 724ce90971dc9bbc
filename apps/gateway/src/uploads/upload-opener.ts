import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError } from '@clipfleet/contracts';
import { type ExportRecord, type Run, UploadRepository } from '@clipfleet/ledger';
import { destinationFailure, OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { crashPoint } from '@clipfleet/platform';
import type { ObjectRef, Plan } from '@clipfleet/timeline';
import { contentTypeOf, contentTypeOfContainer } from './content-type.js';
import { uploadPlace } from './upload-place.js';

/** An upload that is open in the store and known to the ledger. */
export interface OpenedUpload {
  id: string;
  at: ObjectRef;
  uploadId: string;
}

/** Multipart uploads, opened only after the intent is recorded: a crash leaves none that nobody knows of. */
@Injectable()
export class UploadOpener {
  constructor(
    @Inject(UploadRepository) private readonly uploads: UploadRepository,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {}

  /** undefined: the run no longer waits for its plan. Throws `destination-not-writable`, `upload-failed`. */
  async open(
    record: ExportRecord,
    run: Run,
    { uploadKey }: Pick<Plan, 'uploadKey'>,
    signal: AbortSignal,
  ): Promise<OpenedUpload | undefined> {
    const intent = await this.uploads.begin(run, uploadKey);
    if (!intent) return undefined;
    crashPoint('upload.intended');
    const at = uploadPlace(record.destination, { uploadKey });
    const store = this.stores.get(at.storeId);
    try {
      const contentType = uploadKey === undefined ? contentTypeOf(record.output) : contentTypeOfContainer.ts;
      const uploadId = await store.createUpload(at, { contentType, signal });
      crashPoint('upload.created');
      const isKept = await this.uploads.opened(intent.id, uploadId);
      crashPoint('upload.recorded');
      if (isKept) return { id: intent.id, at, uploadId };
      // opening it took so long that the intent was given up
      await store.abortUpload(at, uploadId);
    } catch (error) {
      // whether the store opened it is not known: the intent stays, and the sweeper looks
      throw destinationFailure(error);
    }
    throw new ClipfleetError('upload-failed', 'The upload was given up while it was opened.', {
      details: { bucket: at.bucket, key: at.key },
    });
  }

  /** The plan was not recorded with it: another gateway was faster with the same plan. Not so when our own record was. */
  async abandon({ id, at, uploadId }: OpenedUpload): Promise<void> {
    if (!(await this.uploads.giveUp(id))) return;
    await this.stores.get(at.storeId).abortUpload(at, uploadId);
    await this.uploads.aborted(id);
  }
}
