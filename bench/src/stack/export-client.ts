import { setTimeout as delay } from 'node:timers/promises';
import { isFinished, postExport } from '@clipfleet/cli/export/export-client';
import { exportRequest } from '@clipfleet/cli/export/export-request';
import { EXPORTS, RECORDINGS, type BenchStack } from './bench-stack.js';

export interface ExportOrder {
  playlistKey: string;
  type: 'mp4' | 'ts';
  startMs: number;
  durationMs: number;
  /** Its own for each: an equal request would be a poll. */
  fileName: string;
  /** Nobody asks before: it cannot be finished, and polls would take processors from it. */
  earliestMs?: number;
}

/**
 * Far below what the answer's TimeWait asks of a client: the time a client likes to wait is not the fleet's. What the polls cost
 * the gateway counts against us, so that a long export is asked about less often: every hundredth of its age.
 */
const SHORTEST_POLL_MS = 10;
const POLL_SHARE = 0.01;
const TIMEOUT_MS = 1_800_000;

/** Body of POST /api/resource/v1/i/export. */
export const requestOf = (
  { fleet, token }: Pick<BenchStack, 'fleet' | 'token'>,
  order: ExportOrder,
): Record<string, unknown> => {
  const { storageType, storageLocation } = fleet.store;
  const storage = { storageType, storageLocation, sourceBucket: RECORDINGS, uploadBucket: EXPORTS };
  return exportRequest({ ...order, ...storage, token, overwrite: true });
};

/** Through the public API, as a client does it. */
export const makeExport = async (
  stack: BenchStack,
  order: ExportOrder,
): Promise<{ key: string; durationMs: number }> => {
  const body = requestOf(stack, order);
  const startedMs = performance.now();
  for (;;) {
    const answer = await postExport(stack.url, body);
    const durationMs = performance.now() - startedMs;
    if (isFinished(answer)) return { key: answer.VideoPath.replace(/^\//, ''), durationMs };
    if (answer.ErrorCode > 1) throw new Error(`the export failed (code ${answer.ErrorCode}): ${answer.ErrorMessage}`);
    if (durationMs > TIMEOUT_MS) throw new Error(`the export was not finished within ${TIMEOUT_MS} ms`);
    const pauseMs = Math.max(SHORTEST_POLL_MS, durationMs * POLL_SHARE);
    await delay(Math.max(pauseMs, (order.earliestMs ?? 0) - durationMs));
  }
};
