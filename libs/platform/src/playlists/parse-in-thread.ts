import { runInThread, ThreadEnded, threadScript } from '../threads/run-in-thread.js';
import {
  type ParsedPlaylist,
  type ParseReply,
  type ParseRequest,
  takeParseReply,
  TimelineError,
} from '@clipfleet/timeline';

export interface ThreadLimits {
  maxMemoryBytes: number;
  timeoutMs: number;
}

const SCRIPT = threadScript(import.meta.url, './playlist-thread.js');

/** Parses in a thread with a memory and time limit. Throws TimelineError; `playlist-too-large` when a limit ends the thread. */
export const parseInThread = async (
  request: ParseRequest,
  limits: ThreadLimits,
  signal: AbortSignal,
): Promise<ParsedPlaylist> => {
  const reply = runInThread<ParseReply>({ script: SCRIPT, data: request, ...limits }, signal);
  return takeParseReply(await reply.catch(tell));
};

const tell = (error: unknown): never => {
  if (!(error instanceof ThreadEnded)) throw error;
  throw new TimelineError('playlist-too-large', 'Reading the playlist takes more memory or time than is allowed.');
};
