import { ClipfleetError } from '@clipfleet/contracts';
import { type Output, resolveEncoding, TimelineError } from '@clipfleet/timeline';
import type { GatewayConfig } from '../gateway-config.js';

/** Refuses a profile that there is not, and settings beyond the limits, before anything is recorded. */
export const assertEncodable = (
  { codec }: Pick<Output, 'codec'>,
  { profiles, encodingLimits: limits }: Pick<GatewayConfig, 'profiles' | 'encodingLimits'>,
): void => {
  if (codec.kind === 'copy') return;
  try {
    resolveEncoding(codec, { profiles, limits });
  } catch (error) {
    if (!(error instanceof TimelineError)) throw error;
    throw new ClipfleetError(error.code, error.message, { details: error.details, cause: error });
  }
};
