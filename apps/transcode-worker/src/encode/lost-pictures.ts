import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import type { LocalRun } from '@clipfleet/ffmpeg';

/**
 * Encoded pictures against those the source has in the window: a damaged recording's decoder may leave some out, which is told.
 * Of one that is not none may be missing: throws `transcode-failed`. `mayBeginBroken`: nothing before the window can be read.
 */
export const lostPictures = (
  { times, window }: Pick<LocalRun, 'times' | 'window'>,
  ptsTicks: readonly number[],
  { mayBeginBroken }: { mayBeginBroken: boolean },
): TaskReport['warnings'] => {
  const firstTicks = ptsTicks.reduce((least, ticks) => Math.min(least, ticks), window.endTicks);
  const startTicks = mayBeginBroken ? Math.max(window.startTicks, firstTicks) : window.startTicks;
  return tellLost({ times }, times.shownIn({ ...window, startTicks })?.frameCount ?? 0, ptsTicks.length);
};

/** The same of pictures that were counted. */
export const tellLost = (
  { times }: Pick<LocalRun, 'times'>,
  wanted: number,
  encoded: number,
): TaskReport['warnings'] => {
  const lost = wanted - encoded;
  if (lost <= 0) return [];
  const message = `${lost} of ${wanted} pictures of a range could not be decoded.`;
  if (times.isDamaged) return [{ code: 'pictures-lost', message }];
  throw new ClipfleetError('transcode-failed', message, { retryable: false, details: { lost, wanted } });
};
