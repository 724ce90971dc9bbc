import { parentPort, workerData } from 'node:worker_threads';
import { type ParseRequest, replyToParse } from '@clipfleet/timeline/parse';

/**
 * Runs in a thread of its own: what a hostile playlist makes a parser do ends with the thread. Each reads its modules anew, so that it
 * asks for no more than it needs.
 */
parentPort?.postMessage(replyToParse(workerData as ParseRequest));
