import { parentPort, workerData } from 'node:worker_threads';
import { type ParseRequest, replyToParse } from '@clipfleet/timeline';

/** Runs in a thread of its own: what a hostile playlist makes a parser do ends with the thread. */
parentPort?.postMessage(replyToParse(workerData as ParseRequest));
