import { setTimeout as delay } from 'node:timers/promises';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { EXPORTS, RECORDINGS, type BenchStack } from './bench-stack.js';

export interface TranscodeOrder {
  playlistKey: string;
  /** Of the output. */
  key: string;
  profile: string;
}

/** What polls cost the fleet counts against it, and so does the time until the next one: of two minutes, a hundredth. */
const POLL_MS = 250;
const TIMEOUT_MS = 900_000;

/** A whole recording encoded as mp4, through `/v1/exports`; ms from POST to completed. */
export const makeTranscode = async (
  stack: BenchStack,
  { playlistKey, key, profile }: TranscodeOrder,
): Promise<number> => {
  const storeId = stack.store.id;
  const order: NativeExportRequest = {
    edit: {
      clips: [
        {
          source: { format: 'hls', locations: [{ storeId, bucket: RECORDINGS, key: playlistKey }] },
          range: { kind: 'whole' },
        },
      ],
    },
    output: {
      container: 'mp4',
      destination: { storeId, bucket: EXPORTS, key },
      codec: { kind: 'transcode', profile },
      overwrite: true,
    },
  };
  const startedMs = performance.now();
  const { id } = await call(stack, 'POST', '/v1/exports', order);
  for (;;) {
    const found = await call(stack, 'GET', `/v1/exports/${id}`);
    const durationMs = performance.now() - startedMs;
    if (found.state === 'completed') return durationMs;
    if (found.error) throw new Error(`the encode failed (${found.error.code}): ${found.error.message}`);
    if (durationMs > TIMEOUT_MS) throw new Error(`the encode was not finished within ${TIMEOUT_MS} ms`);
    await delay(POLL_MS);
  }
};

const call = async (
  { url, token }: BenchStack,
  method: 'GET' | 'POST',
  path: string,
  body?: NativeExportRequest,
): Promise<ExportResource> => {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status}: ${await response.text()}`);
  return (await response.json()) as ExportResource;
};
