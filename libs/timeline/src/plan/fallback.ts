import { z } from 'zod';

/** Why a slower way had to be taken although nobody asked for it. Few and fixed: metrics count them. */
export const fallbackReason = z.enum([
  /** Our remux does not know a codec: one ffmpeg copies. */
  'codec-copied-by-ffmpeg',
  /** Nothing of the source was recognised: one ffmpeg tries. */
  'streams-unknown',
  /** A codec does not fit the container: encoded. */
  'codec-encoded',
  /** What is in the tracks changes inside the range: encoded. */
  'change-encoded',
  /** Source and destination cannot copy inside the store: bytes go through workers. */
  'no-store-copy',
  /** The destination wants parts of one size: one worker writes them. */
  'equal-parts',
  /** A ts crosses a discontinuity: one worker rewrites its counters and times. */
  'discontinuity',
]);
export type FallbackReason = z.infer<typeof fallbackReason>;
