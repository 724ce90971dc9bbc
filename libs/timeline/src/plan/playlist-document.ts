import type { ObjectRef } from '../edit/edit.js';
import { TICKS_PER_MS, TICKS_PER_SECOND, ticksToMs } from '../ticks.js';
import { viewClock } from '../timeline/clock.js';
import { TimelineError } from '../timeline/timeline-error.js';
import type { PlaylistDocument, PlaylistEntry } from './plan.js';
import { edgeCountOf, withEdges } from './playlist-edges.js';
import type { PreparedClip } from './prepared.js';

/** Segments of several buckets can only be named beside each other, in the store that the playlist is written to. */
const assertAddressable = (clips: readonly PreparedClip[], destination: ObjectRef): void => {
  const { storeId, bucket } = clips[0].clip.source;
  const places = clips.map(({ clip }) => clip.source);
  if (places.every((place) => place.storeId === storeId && place.bucket === bucket)) return;
  if (places.every((place) => place.storeId === destination.storeId)) return;
  const text = 'A playlist of clips from several buckets must be written to the store that they all lie in.';
  throw new TimelineError('unsupported-source', text, {
    places: places.map((place) => `${place.storeId}/${place.bucket}`),
  });
};

const entriesOf = ({ clip, pieces }: PreparedClip, firstBucket: string): PlaylistEntry[] =>
  pieces.map((piece, index): PlaylistEntry => {
    const { wallClockTicks, map, gap } = clip.timeline.segments[piece.segmentIndex];
    return {
      key: piece.key,
      ...(clip.source.bucket !== firstBucket && { bucket: clip.source.bucket }),
      durationTicks: piece.durationTicks,
      // a clip that follows another is discontinuous, too
      discontinuity: piece.runIndex !== (pieces[index - 1]?.runIndex ?? 0),
      ...(gap && { gap }),
      ...(piece.byteRange && { byteRange: piece.byteRange }),
      ...(wallClockTicks !== undefined && { wallClockMs: ticksToMs(wallClockTicks) }),
      ...(piece.cipher && { cipher: piece.cipher }),
      ...(map && { map }),
    };
  });

/** RFC 8216 §4.3.2.5: an EXT-X-MAP holds until the next one, and none says that there is none any more. */
const assertMapsLast = (entries: readonly PlaylistEntry[]): void => {
  if (!entries.some(({ map }, index) => !map && entries[index - 1]?.map)) return;
  const text = 'EXT-X-MAP: in one playlist no MPEG-2 transport stream can follow fragmented MP4.';
  throw new TimelineError('unsupported-source', text);
};

/** RFC 8216 §4.3.3.1 */
export const targetDurationSeconds = (entries: readonly PlaylistEntry[]): number => {
  const longestTicks = entries.reduce((longest, entry) => Math.max(longest, entry.durationTicks), 0);
  return Math.max(1, Math.round(longestTicks / TICKS_PER_SECOND));
};

/** The pieces as a playlist output lists them: whole segments around the requests, or (`isCut`) those at the edges made anew. */
export const toPlaylistDocument = (
  clips: readonly PreparedClip[],
  destination: ObjectRef,
  isCut = false,
): PlaylistDocument => {
  assertAddressable(clips, destination);
  const [first, last] = [clips[0], clips.at(-1)!];
  let edgeCount = 0;
  const entries = clips.flatMap((clip) => {
    const own = entriesOf(clip, first.clip.source.bucket);
    if (!isCut) return own;
    const cut = withEdges(own, clip, edgeCount, destination);
    edgeCount += edgeCountOf(clip);
    return cut;
  });
  assertMapsLast(entries);
  const viewOf = ({ clip }: PreparedClip) => viewClock(clip.timeline, clip.range.clock);
  const firstStartMs = Math.round(viewOf(first).startTicks(first.pieces[0].segmentIndex) / TICKS_PER_MS);
  const lastEndMs = Math.round(viewOf(last).endTicks(last.pieces.at(-1)!.segmentIndex) / TICKS_PER_MS);
  return {
    source: first.clip.source,
    targetDurationSeconds: targetDurationSeconds(entries),
    beginOffsetMs: first.clip.range.requested.startMs - firstStartMs,
    endOffsetMs: lastEndMs - last.clip.range.requested.endMs,
    entries,
  };
};
