import { Worker } from 'node:worker_threads';
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

/** The compiled thread, also when this file runs from source under the test runner. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/planning/playlist-thread.js' : './playlist-thread.js',
  import.meta.url,
);
const BYTES_PER_MIB = 1024 * 1024;

/** Parses in a thread with a memory and time limit. Throws TimelineError; `playlist-too-large` when a limit ends the thread. */
export const parseInThread = async (
  request: ParseRequest,
  limits: ThreadLimits,
  signal: AbortSignal,
): Promise<ParsedPlaylist> => {
  signal.throwIfAborted();
  const thread = new Worker(THREAD, {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limits.maxMemoryBytes / BYTES_PER_MIB) },
  });
  const stop = (): void => void thread.terminate();
  const deadline = setTimeout(stop, limits.timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const reply = await replyOf(thread);
    signal.throwIfAborted();
    return takeParseReply(reply);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
};

const replyOf = (thread: Worker): Promise<ParseReply> =>
  new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooCostly() : error),
    );
    thread.once('exit', () => reject(tooCostly()));
  });

const tooCostly = (): TimelineError =>
  new TimelineError('playlist-too-large', 'Reading the playlist takes more memory or time than is allowed.');
