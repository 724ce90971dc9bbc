import { createStores, type StoreConfigInput } from '@clipfleet/object-store';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isFinished, postExport, waitForExport, type ExportAnswer } from '../export/export-client.js';
import { exportRequest, exportTypes, parseStart, type ExportType } from '../export/export-request.js';
import { clearProgress, showProgress, UsageError } from '../terminal.js';
import { readEnv, type StackEnv } from '../workspace.js';

export interface ExportCommandOptions {
  from?: string;
  startMs?: string;
  durationMs: string;
  type: string;
  m3u8?: string;
  name?: string;
  overwrite: boolean;
  wait: boolean;
  output?: string;
}

/** Makes an export of the demo recording, or of another one, through the public API. */
export const exportCommand = async (options: ExportCommandOptions): Promise<void> => {
  const env = readEnv();
  const body = requestOf(options, env);
  const isWaiting = options.wait || options.output !== undefined;
  let answer: ExportAnswer;
  try {
    answer = isWaiting
      ? await waitForExport(env.CLIPFLEET_URL, body, {
          timeoutMs: 3_600_000,
          onAnswer: ({ ErrorMessage, TimeWait }) => showProgress(`${ErrorMessage} (again in ${TimeWait} ms)`),
        })
      : await postExport(env.CLIPFLEET_URL, body);
  } finally {
    clearProgress();
  }
  console.log(JSON.stringify(answer, undefined, 2));
  if (!isFinished(answer)) console.log('The same command again asks how far it is; --wait waits for it.');
  if (options.output !== undefined) await download(env, answer, options.output);
};

const requestOf = (options: ExportCommandOptions, env: StackEnv): Record<string, unknown> => {
  const type = exportTypes.find((each) => each === options.type);
  if (!type) throw new UsageError(`--type is one of ${exportTypes.join(', ')}`);
  const startMs = startOf(options, type, env);
  const durationMs = Number(options.durationMs);
  if (!Number.isSafeInteger(durationMs) || durationMs <= 0) {
    throw new UsageError(`--duration-ms ${options.durationMs} is not a number of milliseconds`);
  }
  return exportRequest({
    playlistKey: options.m3u8 ?? env.CLIPFLEET_DEMO_M3U8,
    storageType: env.CLIPFLEET_STORAGE_TYPE,
    storageLocation: env.CLIPFLEET_STORAGE_LOCATION,
    sourceBucket: env.CLIPFLEET_SOURCE_BUCKET,
    uploadBucket: env.CLIPFLEET_UPLOAD_BUCKET,
    token: env.CLIPFLEET_TOKEN,
    type,
    startMs,
    durationMs,
    fileName: options.name ?? `clip-${startMs}-${durationMs}`,
    overwrite: options.overwrite,
  });
};

/** A picture's time is counted from the start of the recording; everything else takes both. */
const startOf = (options: ExportCommandOptions, type: ExportType, env: StackEnv): number => {
  const text = options.from ?? options.startMs ?? '0';
  const startMs = parseStart(text);
  if (startMs === undefined) {
    throw new UsageError(`${text} is no time: use epoch ms, ms from the start, hh:mm:ss, or 2026-01-15T12:01:30Z`);
  }
  const isEpoch = startMs >= 1e12;
  return type === 'thumb' && isEpoch ? startMs - Number(env.CLIPFLEET_DEMO_START_MS) : startMs;
};

const download = async (env: StackEnv, answer: ExportAnswer, output: string): Promise<void> => {
  const key = (answer.VideoPath || answer.ImagePath).replace(/^\//, '');
  if (!env.CLIPFLEET_STORES) throw new UsageError('-o needs CLIPFLEET_STORES: the API gives no bytes, the store does');
  const stores = createStores(JSON.parse(env.CLIPFLEET_STORES) as StoreConfigInput[], {
    publicUrl: env.CLIPFLEET_URL,
    signingSecret: env.CLIPFLEET_SIGNING_SECRET,
  });
  const driver = env.CLIPFLEET_STORAGE_TYPE === 'FILE' ? 'file' : 's3';
  try {
    const store = stores.find(driver, env.CLIPFLEET_STORAGE_LOCATION);
    if (!store) throw new UsageError(`no ${driver} store of CLIPFLEET_STORES is at ${env.CLIPFLEET_STORAGE_LOCATION}`);
    const from = await store.get({ bucket: env.CLIPFLEET_UPLOAD_BUCKET, key });
    await pipeline(from, createWriteStream(output));
    console.log(`✓ ${output}`);
  } finally {
    await stores.close();
  }
};
