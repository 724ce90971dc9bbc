import { parentPort, workerData } from 'node:worker_threads';
import { type MergeRequest, replyToMerge } from './merge-reports.js';

/** Runs in a thread of its own: the header of a day takes seconds, and clients poll meanwhile. */
const reply = replyToMerge(workerData as MergeRequest);
parentPort?.postMessage(reply, reply.ok ? [reply.header.headerBytes.buffer as ArrayBuffer] : []);
