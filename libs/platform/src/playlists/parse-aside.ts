import { runInThread, ThreadEnded, threadScript } from '../threads/run-in-thread.js';
import {
  type ParsedPlaylist,
  parsePlaylist,
  type ParseReply,
  type ParseRequest,
  takeParseReply,
  TimelineError,
} from '@clipfleet/timeline';

export interface ThreadLimits {
  maxMemoryBytes: number;
  timeoutMs: number;
}

/** HLS texts up to this size are parsed in place: starting a thread would take longer. */
const INLINE_PARSE_BYTES = 256 * 1024;

const SCRIPT = threadScript(import.meta.url, './playlist-thread.js');

const parseInThread = async (
  request: ParseRequest,
  limits: ThreadLimits,
  signal: AbortSignal,
): Promise<ParsedPlaylist> => {
  const reply = runInThread<ParseReply>({ script: SCRIPT, data: request, ...limits }, signal);
  return takeParseReply(await reply.catch(tell));
};

/**
 * Parses a small HLS playlist in place, and everything else in a thread with a memory and time limit. Throws TimelineError;
 * `playlist-too-large` when a limit ends the thread.
 */
export const parseAside = async (
  request: ParseRequest,
  limits: ThreadLimits,
  signal: AbortSignal,
): Promise<ParsedPlaylist> =>
  request.format === 'hls' && request.text.length <= INLINE_PARSE_BYTES
    ? parsePlaylist(request)
    : parseInThread(request, limits, signal);

const tell = (error: unknown): never => {
  if (!(error instanceof ThreadEnded)) throw error;
  throw new TimelineError('playlist-too-large', 'Reading the playlist takes more memory or time than is allowed.');
};
