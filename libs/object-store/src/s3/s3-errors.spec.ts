import { describe, expect, it } from '@jest/globals';
import { ObjectStoreError } from '../object-store-error.js';
import { COPY_ERRORS, s3Error, UPLOAD_ERRORS } from './s3-errors.js';

const place = { storeId: 'main', bucket: 'b', key: 'k' };
const thrown = (name: string | undefined, httpStatusCode?: number): object => ({
  name,
  message: 'm',
  $metadata: { httpStatusCode },
});

describe('the translation of S3 errors', () => {
  it.each([
    ['NoSuchKey', 404, 'not-found'],
    ['NotFound', 404, 'not-found'],
    ['NoSuchBucket', 404, 'no-such-bucket'],
    ['NoSuchUpload', 404, 'no-such-upload'],
    ['InvalidPart', 400, 'invalid-part'],
    ['InvalidPartOrder', 400, 'invalid-part'],
    ['EntityTooSmall', 400, 'part-too-small'],
    ['EntityTooLarge', 400, 'too-large'],
    ['PreconditionFailed', 412, 'precondition-failed'],
    ['ConditionalRequestConflict', 409, 'precondition-failed'],
    ['InvalidRange', 416, 'range-not-satisfiable'],
    ['KeyTooLongError', 400, 'invalid-key'],
    ['SignatureDoesNotMatch', 403, 'access-denied'],
    ['RequestTimeTooSkewed', 403, 'access-denied'],
    ['RequestTimeout', 400, 'unavailable'],
    ['SlowDown', 503, 'unavailable'],
    ['InternalError', 500, 'unavailable'],
    ['AbortError', undefined, 'aborted'],
    ['TimeoutError', undefined, 'unavailable'],
    ['Error', undefined, 'unavailable'],
    ['SomethingOfItsOwn', 400, 'refused'],
    ['PermanentRedirect', 301, 'unavailable'],
    // Answers to HEAD: a status and nothing else.
    ['403', 403, 'access-denied'],
    [undefined, 404, 'not-found'],
    [undefined, 409, 'unavailable'],
    [undefined, 412, 'precondition-failed'],
    [undefined, 416, 'range-not-satisfiable'],
    [undefined, 429, 'unavailable'],
    [undefined, 599, 'unavailable'],
    // Not a code that objects bring along.
    ['constructor', 400, 'refused'],
  ])('makes %p with status %p a failure %p', (name, status, code) => {
    expect(s3Error(thrown(name, status), place).code).toBe(code);
  });

  it('reads some codes by the call that was made', () => {
    expect(s3Error(thrown('NoSuchKey', 404), place, UPLOAD_ERRORS).code).toBe('no-such-upload');
    expect(s3Error(thrown('InvalidArgument', 400), place, COPY_ERRORS).code).toBe('range-not-satisfiable');
    expect(s3Error(thrown('InvalidArgument', 400), place).code).toBe('refused');
  });

  it('keeps place and cause, and what is translated already', () => {
    const cause = thrown('SlowDown', 503);
    const error = s3Error(cause, place);
    expect(error).toMatchObject({ details: place, cause, retryable: true, message: 'store main: SlowDown 503 m' });
    expect(s3Error(error, { storeId: 'other' })).toBe(error);
    expect(s3Error(undefined, place)).toBeInstanceOf(ObjectStoreError);
  });
});
