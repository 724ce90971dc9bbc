import { ObjectStoreError, type ObjectStoreErrorCode, type StorePlace } from '../object-store-error.js';

/** By S3's error code: API reference, "List of error codes". A server's own codes fall through to the status. */
const CODE_BY_NAME: Readonly<Record<string, ObjectStoreErrorCode>> = {
  NoSuchKey: 'not-found',
  NotFound: 'not-found',
  NoSuchBucket: 'no-such-bucket',
  InvalidBucketName: 'no-such-bucket',
  NoSuchUpload: 'no-such-upload',
  InvalidPart: 'invalid-part',
  InvalidPartOrder: 'invalid-part',
  EntityTooSmall: 'part-too-small',
  EntityTooLarge: 'too-large',
  PreconditionFailed: 'precondition-failed',
  // Another conditional write of the key was under way and came first.
  ConditionalRequestConflict: 'precondition-failed',
  InvalidRange: 'range-not-satisfiable',
  KeyTooLongError: 'invalid-key',
  InvalidObjectName: 'invalid-key',
  InvalidURI: 'invalid-key',
  AccessDenied: 'access-denied',
  AllAccessDisabled: 'access-denied',
  AccountProblem: 'access-denied',
  ExpiredToken: 'access-denied',
  InvalidAccessKeyId: 'access-denied',
  RequestTimeTooSkewed: 'access-denied',
  SignatureDoesNotMatch: 'access-denied',
  AbortError: 'aborted',
  // Told with status 400 or 409, and gone the next time.
  OperationAborted: 'unavailable',
  RequestTimeout: 'unavailable',
  SlowDown: 'unavailable',
  TooManyRequests: 'unavailable',
};

/** Answers to HEAD have no body and so no code. */
const CODE_BY_STATUS: Readonly<Record<number, ObjectStoreErrorCode>> = {
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  409: 'unavailable', // in conflict with what goes on at the moment
  412: 'precondition-failed',
  413: 'too-large',
  416: 'range-not-satisfiable',
  429: 'unavailable',
};

export type S3ErrorCodes = Readonly<Record<string, ObjectStoreErrorCode>>;

/** In a call on an upload the only key that can be missing is the upload's (Ceph RGW says it so). */
export const UPLOAD_ERRORS: S3ErrorCodes = { NoSuchKey: 'no-such-upload' };
/** A range beyond the source is an InvalidArgument to AWS, an InvalidRange to others. */
export const COPY_ERRORS: S3ErrorCodes = { InvalidArgument: 'range-not-satisfiable' };

interface S3Failure {
  name?: string;
  Code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Translates whatever the SDK threw; `own` are the codes that mean something else in this call. */
export function s3Error(error: unknown, place: StorePlace, own: S3ErrorCodes = {}): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const failure = (error ?? {}) as S3Failure;
  const code = errorCode(failure, own);
  const status = failure.$metadata?.httpStatusCode;
  const told = [failure.name ?? failure.Code, status, failure.message].filter((part) => part !== undefined);
  return new ObjectStoreError(code, `store ${place.storeId}: ${told.join(' ')}`, place, { cause: error });
}

function errorCode(failure: S3Failure, own: S3ErrorCodes): ObjectStoreErrorCode {
  for (const name of [failure.name, failure.Code]) {
    if (name !== undefined && Object.hasOwn(own, name)) return own[name];
    if (name !== undefined && Object.hasOwn(CODE_BY_NAME, name)) return CODE_BY_NAME[name];
  }
  const status = failure.$metadata?.httpStatusCode;
  // Without an answer it is the network: refused, reset, not resolved, timed out.
  if (status === undefined || status >= 500) return 'unavailable';
  return CODE_BY_STATUS[status] ?? (status >= 400 ? 'refused' : 'unavailable');
}
