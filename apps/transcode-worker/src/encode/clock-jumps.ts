import { ClipfleetError } from '@clipfleet/contracts';

/** A border between ranges is a time: where a run's clock is set anew in its middle, times are not in order. */
export const clockJumps = (): ClipfleetError =>
  new ClipfleetError(
    'unsupported-source',
    "The recording's clock jumps where its playlist tells no discontinuity: it cannot be encoded in ranges.",
    { retryable: false },
  );
