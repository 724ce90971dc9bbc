import { TICKS_PER_MS, TICKS_PER_SECOND, ticksToMs } from '../ticks.js';
import { viewClock } from '../timeline/clock.js';
import type { Piece } from './piece.js';
import type { PlaylistDocument, PlaylistEntry } from './plan.js';
import type { PlanClip } from './plan-input.js';

/** The pieces as a playlist output lists them: whole segments around the request. */
export const toPlaylistDocument = (clip: PlanClip, pieces: Piece[]): PlaylistDocument => {
  const { segments } = clip.timeline;
  const view = viewClock(clip.timeline, clip.range.clock);
  const entries = pieces.map((piece, index): PlaylistEntry => {
    const { wallClockTicks } = segments[piece.segmentIndex];
    return {
      key: piece.key,
      durationTicks: piece.durationTicks,
      discontinuity: index > 0 && piece.runIndex !== pieces[index - 1].runIndex,
      ...(piece.byteRange && { byteRange: piece.byteRange }),
      ...(wallClockTicks !== undefined && { wallClockMs: ticksToMs(wallClockTicks) }),
      ...(piece.cipher && { cipher: piece.cipher }),
    };
  });
  const longestTicks = entries.reduce((longest, entry) => Math.max(longest, entry.durationTicks), 0);
  const firstStartMs = Math.round(view.startTicks(pieces[0].segmentIndex) / TICKS_PER_MS);
  const lastEndMs = Math.round(view.endTicks(pieces.at(-1)!.segmentIndex) / TICKS_PER_MS);
  return {
    source: clip.source,
    targetDurationSeconds: Math.max(1, Math.round(longestTicks / TICKS_PER_SECOND)),
    beginOffsetMs: clip.range.requested.startMs - firstStartMs,
    endOffsetMs: lastEndMs - clip.range.requested.endMs,
    entries,
  };
};
