import type { ObjectStore } from '@clipfleet/object-store';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkMedia } from '../demo/check-media.js';
import { demo } from '../demo/demo-recording.js';
import { waitForExport, type ExportAnswer } from '../export/export-client.js';
import { exportRequest } from '../export/export-request.js';
import { NativeClient } from '../export/native-client.js';
import { clearProgress, formatSeconds, showProgress, UsageError } from '../terminal.js';
import type { StackEnv } from '../workspace.js';

/** One minute that starts and ends in the middle of a GOP. */
const CLIP_START_MS = demo.startMs + 23_400;
const CLIP_DURATION_MS = 60_000;

export const demoExportBody = (env: StackEnv): Record<string, unknown> =>
  exportRequest({
    playlistKey: env.CLIPFLEET_DEMO_M3U8,
    storageType: env.CLIPFLEET_STORAGE_TYPE,
    storageLocation: env.CLIPFLEET_STORAGE_LOCATION,
    sourceBucket: env.CLIPFLEET_SOURCE_BUCKET,
    uploadBucket: env.CLIPFLEET_UPLOAD_BUCKET,
    token: env.CLIPFLEET_TOKEN,
    type: 'mp4',
    startMs: CLIP_START_MS,
    durationMs: CLIP_DURATION_MS,
    // another name is another export: each `up` shows one being made
    fileName: `demo-${Date.now().toString(36)}`,
    overwrite: false,
  });

/** Posts it through the public API and polls as any client would; the percentage is the native API's. */
export const runDemoExport = async (env: StackEnv): Promise<ExportAnswer> => {
  const native = new NativeClient(env.CLIPFLEET_URL, env.CLIPFLEET_TOKEN);
  const startedMs = performance.now();
  try {
    return await waitForExport(env.CLIPFLEET_URL, demoExportBody(env), {
      timeoutMs: 180_000,
      onAnswer: async () => {
        const [newest] = await native.list(1);
        const percent = Math.round((newest?.progress?.ratio ?? 0) * 100);
        showProgress(`export ${newest?.state ?? ''} ${percent} % (${formatSeconds(performance.now() - startedMs)})`);
      },
    });
  } finally {
    clearProgress();
  }
};

/** Fetches the result from the store it was written to, holds it against what was asked for, and says what it is. */
export const checkDemoExport = async (store: ObjectStore, env: StackEnv, key: string, to: string): Promise<string> => {
  await mkdir(path.dirname(to), { recursive: true });
  await pipeline(await store.get({ bucket: env.CLIPFLEET_UPLOAD_BUCKET, key }), createWriteStream(to));
  try {
    const { summary, problems } = await checkMedia(to, {
      durationMs: CLIP_DURATION_MS,
      videoFrames: (CLIP_DURATION_MS / 1000) * demo.framesPerSecond,
      toleranceMs: 1000 / demo.framesPerSecond,
    });
    if (problems.length > 0) throw new UsageError(`the export is wrong: ${problems.join('; ')} (${summary})`);
    return summary;
  } finally {
    await rm(to, { force: true });
  }
};
