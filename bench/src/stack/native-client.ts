import { setTimeout as delay } from 'node:timers/promises';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { EXPORTS, RECORDINGS, type BenchStack } from './bench-stack.js';

export interface TranscodeOrder {
  playlistKey: string;
  /** Of the output. */
  key: string;
  profile: string;
}

export interface LiveOrder {
  /** Of a recording that grows. */
  playlistKey: string;
  key: string;
  durationMs: number;
}

/** What polls cost the fleet counts against it, and so does the time until the next one: of two minutes, a hundredth. */
const POLL_MS = 250;
const SHORT_POLL_MS = 50;
const TIMEOUT_MS = 900_000;

/** A whole recording encoded as mp4, through `/v1/exports`; ms from POST to completed. */
export const makeTranscode = async (
  stack: BenchStack,
  { playlistKey, key, profile }: TranscodeOrder,
): Promise<number> => {
  const order = mp4Of(stack, { playlistKey, key, range: { kind: 'whole' }, codec: { kind: 'transcode', profile } });
  const startedMs = performance.now();
  await makeNative(stack, order, POLL_MS);
  return performance.now() - startedMs;
};

/** The beginning of a recording as mp4, exact to the frame; resolves when it is completed. */
export const makeFromLive = (stack: BenchStack, { playlistKey, key, durationMs }: LiveOrder): Promise<void> =>
  makeNative(
    stack,
    mp4Of(stack, { playlistKey, key, range: { kind: 'from-start', startMs: 0, durationMs } }),
    SHORT_POLL_MS,
  );

type Clip = NativeExportRequest['edit']['clips'][number];

interface Mp4 {
  playlistKey: string;
  key: string;
  range: Clip['range'];
  codec?: NativeExportRequest['output']['codec'];
}

const mp4Of = ({ store }: BenchStack, { playlistKey, key, range, codec }: Mp4): NativeExportRequest => {
  const locations = [{ storeId: store.id, bucket: RECORDINGS, key: playlistKey }];
  const destination = { storeId: store.id, bucket: EXPORTS, key };
  return {
    edit: { clips: [{ source: { format: 'hls', locations }, range }] },
    output: { container: 'mp4', destination, overwrite: true, ...(codec && { codec }) },
  };
};

const makeNative = async (stack: BenchStack, order: NativeExportRequest, pollMs: number): Promise<void> => {
  const startedMs = performance.now();
  const { id } = await call(stack, 'POST', '/v1/exports', order);
  for (;;) {
    const found = await call(stack, 'GET', `/v1/exports/${id}`);
    if (found.state === 'completed') return;
    if (found.error) throw new Error(`the export failed (${found.error.code}): ${found.error.message}`);
    if (performance.now() - startedMs > TIMEOUT_MS) throw new Error(`not completed within ${TIMEOUT_MS} ms`);
    await delay(pollMs);
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
