import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError } from '@clipfleet/contracts';
import { type ExportRecord, type Run, UploadRepository } from '@clipfleet/ledger';
import { destinationFailure, OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { crashPoint } from '@clipfleet/platform';
import { contentTypeOf } from './content-type.js';

/** An upload that is open in the store and known to the ledger. */
export interface OpenedUpload {
  id: string;
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
  async open(record: ExportRecord, run: Run, signal: AbortSignal): Promise<OpenedUpload | undefined> {
    const intent = await this.uploads.begin(run);
    if (!intent) return undefined;
    crashPoint('upload.intended');
    const { destination, output } = record;
    try {
      const contentType = contentTypeOf(output);
      const uploadId = await this.stores.get(destination.storeId).createUpload(destination, { contentType, signal });
      crashPoint('upload.created');
      const isKept = await this.uploads.opened(intent.id, uploadId);
      crashPoint('upload.recorded');
      if (isKept) return { id: intent.id, uploadId };
      // opening it took so long that the intent was given up
      await this.stores.get(destination.storeId).abortUpload(destination, uploadId);
    } catch (error) {
      // whether the store opened it is not known: the intent stays, and the sweeper looks
      throw destinationFailure(error);
    }
    throw new ClipfleetError('upload-failed', 'The upload was given up while it was opened.', {
      details: { bucket: destination.bucket, key: destination.key },
    });
  }

  /** The plan was not recorded with it: another gateway was faster with the same plan. Not so when our own record was. */
  async abandon(record: ExportRecord, upload: OpenedUpload): Promise<void> {
    if (!(await this.uploads.giveUp(upload.id))) return;
    const { destination } = record;
    await this.stores.get(destination.storeId).abortUpload(destination, upload.uploadId);
    await this.uploads.aborted(upload.id);
  }
}
