import { DEFAULT_PARSE_LIMITS, type ParseLimits } from '../timeline/parse-limits.js';
import { TimelineError } from '../timeline/timeline-error.js';
import type { ParsedPlaylist } from '../timeline/timeline.js';
import { toVariants } from './master-playlist.js';
import { toTimeline } from './media-playlist.js';
import { readManifest } from './read-manifest.js';

/**
 * An m3u8 as a timeline, or as the list of media playlists it names. `playlistKey`: where it lies in its bucket; with
 * `playlistBucket` it may name segments of the buckets beside that.
 */
export const parseHls = (
  text: string,
  playlistKey: string,
  limits: ParseLimits = DEFAULT_PARSE_LIMITS,
  playlistBucket?: string,
): ParsedPlaylist => {
  const read = readManifest(text, limits);
  if (read.uris.length === 0) throw new TimelineError('playlist-invalid', 'The playlist has no segments.');
  const { playlists } = read.manifest;
  const from = { key: playlistKey, ...(playlistBucket !== undefined && { bucket: playlistBucket }) };
  if (playlists === undefined) return { kind: 'media', timeline: toTimeline(read, from, limits) };
  if (read.uris.some((facts) => facts.durationText !== undefined)) {
    throw new TimelineError('playlist-invalid', 'The playlist has both EXTINF and EXT-X-STREAM-INF.');
  }
  return { kind: 'master', variants: toVariants(read, playlistKey) };
};
