import { ClipfleetError } from '@clipfleet/contracts';
import { ObjectStoreError, sourceFailure } from '@clipfleet/object-store';
import { TimelineError } from '@clipfleet/timeline';

/** Why there is no plan, as the client is told it. TimelineError's codes are ours by name. */
export const planningFailure = (error: unknown): ClipfleetError => {
  if (error instanceof TimelineError) {
    return new ClipfleetError(error.code, error.message, { details: error.details, cause: error });
  }
  if (error instanceof ObjectStoreError && error.code === 'too-large') {
    return new ClipfleetError('playlist-too-large', error.message, { cause: error });
  }
  return sourceFailure(error);
};
