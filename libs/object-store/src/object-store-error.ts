export type ObjectStoreErrorCode =
  | 'not-found'
  | 'no-such-bucket'
  | 'no-such-upload'
  | 'invalid-part'
  | 'part-too-small'
  | 'precondition-failed'
  | 'range-not-satisfiable'
  | 'too-large'
  | 'access-denied'
  | 'invalid-key'
  | 'aborted'
  | 'unavailable'
  /** The store understood the request and will never carry it out, for a reason that has no code of its own. */
  | 'refused';

/** Where something went wrong. */
export interface StorePlace {
  storeId: string;
  bucket?: string;
  key?: string;
  uploadId?: string;
  partNumber?: number;
}

/** A store's refusal or failure; `retryable` says whether the same call may work later. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';

  constructor(
    readonly code: ObjectStoreErrorCode,
    message: string,
    readonly details: StorePlace,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  get retryable(): boolean {
    return this.code === 'unavailable';
  }
}
