import { IsobmffError, type MergedHeader } from '@clipfleet/isobmff';
import { runInThread, threadScript } from '@clipfleet/platform';
import pLimit from 'p-limit';
import { type MergeReply, type MergeRequest, replyToMerge } from './merge-reports.js';

/** A quarter of an hour is merged in place within some 50 ms: starting a thread takes as long. */
const INLINE_REPORT_BYTES = 256 * 1024;
/** A day takes 250 MB and two seconds. */
const THREAD_MEMORY_BYTES = 2048 * 1024 * 1024;
const THREAD_TIMEOUT_MS = 10 * 60_000;
/** Whatever a gateway assembles at once: threads use processors that answers need too. */
const threads = pLimit(2);

/** Merges the reports of an output's ranges without holding up the event loop. Throws IsobmffError. */
export const mergeAside = async (request: MergeRequest, signal: AbortSignal): Promise<MergedHeader> => {
  const reportBytes = [...request.reports, ...(request.besides ?? [])].reduce((sum, { length }) => sum + length, 0);
  const reply =
    reportBytes <= INLINE_REPORT_BYTES ? replyToMerge(request) : await threads(() => mergeInThread(request, signal));
  if (reply.ok) return reply.header;
  throw new IsobmffError(reply.code, reply.message);
};

const mergeInThread = (request: MergeRequest, signal: AbortSignal): Promise<MergeReply> => {
  const limits = { maxMemoryBytes: THREAD_MEMORY_BYTES, timeoutMs: THREAD_TIMEOUT_MS };
  return runInThread({ script: threadScript(import.meta.url, './merge-thread.js'), data: request, ...limits }, signal);
};
