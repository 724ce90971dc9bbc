import { parseDash } from '../dash/parse-dash.js';
import type { PlaylistFormat } from '../edit/edit.js';
import { parseHls } from '../hls/parse-hls.js';
import type { ParseLimits } from './parse-limits.js';
import type { ParsedPlaylist } from './timeline.js';
import { TimelineError, type TimelineErrorCode } from './timeline-error.js';

/** Plain data, so that it can be sent to a thread with resource limits, which is where playlists of others are parsed. */
export interface ParseRequest {
  format: PlaylistFormat;
  text: string;
  playlistKey: string;
  /** HLS: given, what the playlist names may lie in buckets beside it. */
  playlistBucket?: string;
  /** Epoch ms: how far a dynamic MPD has come. */
  nowMs: number;
  limits?: ParseLimits;
}

export type ParseReply =
  | { ok: true; playlist: ParsedPlaylist }
  | { ok: false; code: TimelineErrorCode; message: string; details: Record<string, unknown> };

/** The playlist, or a TimelineError. */
export const parsePlaylist = (request: ParseRequest): ParsedPlaylist => {
  const { format, text, playlistKey, playlistBucket, nowMs, limits } = request;
  return format === 'hls'
    ? parseHls(text, playlistKey, limits, playlistBucket)
    : parseDash(text, playlistKey, nowMs, limits);
};

/** For the other side of a thread: errors as data, since a class does not survive the passage. */
export const replyToParse = (request: ParseRequest): ParseReply => {
  try {
    return { ok: true, playlist: parsePlaylist(request) };
  } catch (thrown) {
    if (!(thrown instanceof TimelineError)) throw thrown;
    return { ok: false, code: thrown.code, message: thrown.message, details: thrown.details };
  }
};

/** The reply as what {@link parsePlaylist} would have returned or thrown. */
export const takeParseReply = (reply: ParseReply): ParsedPlaylist => {
  if (reply.ok) return reply.playlist;
  throw new TimelineError(reply.code, reply.message, reply.details);
};
