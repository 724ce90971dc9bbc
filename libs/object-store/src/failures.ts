import { ClipfleetError, toClipfleetError } from '@clipfleet/contracts';
import { ObjectStoreError } from './object-store-error.js';

/** A failure to read a recording, as the client is told it. */
export const sourceFailure = (thrown: unknown): ClipfleetError => {
  if (!(thrown instanceof ObjectStoreError)) return toClipfleetError(thrown);
  const details = { bucket: thrown.details.bucket, key: thrown.details.key };
  const options = { details, cause: thrown };
  switch (thrown.code) {
    case 'not-found':
      return new ClipfleetError('segment-missing', `${details.key} does not exist in ${details.bucket}`, options);
    case 'no-such-bucket':
    case 'access-denied':
      return new ClipfleetError(
        'source-not-located',
        `bucket ${details.bucket} cannot be read: ${thrown.code}`,
        options,
      );
    case 'range-not-satisfiable':
      return new ClipfleetError(
        'segment-missing',
        `${details.key} is shorter than the playlist or its listing said`,
        options,
      );
    case 'too-large':
      return new ClipfleetError('unsupported-source', thrown.message, options);
    default:
      return new ClipfleetError('download-failed', `${details.key} could not be read: ${thrown.code}`, options);
  }
};

/** A failure to write the output, as the client is told it. `uploadLost`: only beginning anew helps. */
export const destinationFailure = (thrown: unknown): ClipfleetError => {
  if (!(thrown instanceof ObjectStoreError)) return toClipfleetError(thrown);
  const details = { bucket: thrown.details.bucket, key: thrown.details.key };
  const options = { details, cause: thrown };
  switch (thrown.code) {
    case 'no-such-bucket':
    case 'access-denied':
    case 'invalid-key':
      return new ClipfleetError(
        'destination-not-writable',
        `${details.bucket} refuses the output: ${thrown.code}`,
        options,
      );
    case 'precondition-failed':
      return new ClipfleetError('destination-exists', `${details.key} exists already`, options);
    case 'no-such-upload':
      return new ClipfleetError('upload-failed', `the upload of ${details.key} is gone`, {
        ...options,
        details: { ...details, uploadLost: true },
      });
    default:
      return new ClipfleetError('upload-failed', `${details.key} could not be written: ${thrown.message}`, options);
  }
};
