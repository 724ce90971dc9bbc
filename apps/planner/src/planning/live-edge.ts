import type { NotYet, ResolvedRange } from '@clipfleet/timeline';
import type { LoadedRecording } from './load-recording.js';

const LONGEST_PAUSE_MS = 30_000;
/** A look at the playlist comes that much nearer to the end of the range: often enough, however far away that is. */
const LOOKS = 16;
/** A recorder that has stopped is found out within its time and a bit. */
const LOOKS_WHILE_WAITING = 4;

/**
 * When to look at a growing recording again. It grows as time goes by; near the end of the range that is half a segment, about
 * when the next one should be in the playlist (RFC 8216 §6.3.4).
 */
export const askAgainInMs = (
  range: NotYet | ResolvedRange,
  targetDurationSeconds: number,
  liveWaitMs: number,
): number => {
  const leastMs = targetDurationSeconds * 500;
  const longestMs = Math.min(LONGEST_PAUSE_MS, Math.max(1, liveWaitMs) / LOOKS_WHILE_WAITING);
  const untilEndMs = range.kind === 'not-yet' ? Math.max(0, range.neededEndMs - range.availableEndMs) : 0;
  return Math.round(Math.min(longestMs, Math.max(leastMs, untilEndMs / LOOKS)));
};

/** A recorder writes its playlist with every segment: one that was not written for `liveWaitMs` has none any more. */
export const hasStopped = async (
  { store, at, timeline }: LoadedRecording,
  sinceMs: number,
  liveWaitMs: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const nowMs = Date.now();
  if (nowMs < sinceMs + liveWaitMs) return false;
  const playlist = await store.head({ bucket: at.bucket, key: timeline.playlistKey }, { signal });
  return playlist === undefined || nowMs >= playlist.lastModifiedMs + liveWaitMs;
};
