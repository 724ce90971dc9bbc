import { LocalStack, type S3Access } from '@clipfleet/local-stack';
import { createStores } from '@clipfleet/object-store';
import path from 'node:path';
import { demo } from '../demo/demo-recording.js';
import { demoUploadBucket, filesBucket, seedDemoTenant } from '../demo/demo-tenant.js';
import { hasDemoRecording, makeDemoRecording } from '../demo/make-demo-recording.js';
import { exportPath } from '../export/export-client.js';
import { storageInfoText } from '../export/export-request.js';
import { step, UsageError } from '../terminal.js';
import { envFilePath, stateDirectory, writeEnvFile, type StackEnv } from '../workspace.js';
import { checkDemoExport, demoExportBody, runDemoExport } from './demo-export.js';
import { untilInterrupted } from './interrupt.js';
import { supervise } from './supervise.js';
import { takeUpLock } from './up-lock.js';

export interface UpOptions {
  store: 'file' | 's3';
  s3?: S3Access;
  ports: { gateway?: number; postgres?: number; nats?: number; s3?: number };
  /** Stop after the checked export. */
  exit: boolean;
}

/** The whole fleet, a recording, and a first export in front of you. Ends when it is interrupted, or by itself with `exit`. */
export const up = async (options: UpOptions): Promise<void> => {
  const state = stateDirectory();
  const release = takeUpLock(state);
  const interrupted = untilInterrupted();
  const stopping = new AbortController();
  let stack: LocalStack | undefined;
  try {
    stack = await LocalStack.start({
      stateDirectory: state,
      store: options.s3 ?? options.store,
      ports: options.ports,
      env: { CLIPFLEET_FILES_BUCKET: filesBucket },
      onStep: step,
    });
    for (const server of [stack.postgres, stack.nats, ...stack.apps.values()]) void supervise(server, stopping.signal);
    // whoever comes first: a Ctrl-C in the middle of the first export ends that, too
    const outcome = await Promise.race([
      showFleet(stack, state).then(() => 'right' as const, report),
      interrupted.then(() => 'interrupted' as const),
    ]);
    if (options.exit) {
      process.exitCode = outcome === 'right' ? 0 : 1;
    } else if (outcome !== 'interrupted') {
      console.log(
        outcome === 'right' ? '\nIt stays up until Ctrl-C.' : '\nIt stays up, for you to see why, until Ctrl-C.',
      );
      await interrupted;
    }
  } finally {
    stopping.abort();
    if (stack) await step('stopped', () => stack?.stop() ?? Promise.resolve());
    release();
  }
};

const report = (error: unknown): 'wrong' => {
  console.error(error instanceof UsageError ? `clipfleet: ${error.message}` : error);
  return 'wrong';
};

const showFleet = async (stack: LocalStack, state: string): Promise<void> => {
  const stores = createStores([stack.store.config], {
    publicUrl: stack.url,
    signingSecret: stack.env['CLIPFLEET_SIGNING_SECRET'],
  });
  try {
    const store = stores.get(stack.store.config.id);
    const { token } = await step('demo tenant and token', () =>
      seedDemoTenant(stack.postgres.url, stack.store.config.id, state),
    );
    const env = envOf(stack, token);
    writeEnvFile(env);
    for (const bucket of [demoUploadBucket, filesBucket]) await store.ensureBucket(bucket);
    if (!(await hasDemoRecording(store))) {
      await step(
        `demo recording: ${demo.durationSeconds} s of 720p30 H.264 and AAC in segments of ${demo.segmentSeconds} s`,
        () => makeDemoRecording(store, state),
      );
    }
    const answer = await step('export of one minute as mp4', () => runDemoExport(env));
    const key = answer.VideoPath.replace(/^\//, '');
    const summary = await step('checked with ffprobe and decoded', () =>
      checkDemoExport(store, env, key, path.join(state, 'check', 'export.mp4')),
    );
    const url = await store.signedUrl({ bucket: env.CLIPFLEET_UPLOAD_BUCKET, key }, { expiresInMs: 24 * 3_600_000 });
    printAddresses(env, stack, { key, url, summary });
  } finally {
    await stores.close();
  }
};

const envOf = (stack: LocalStack, token: string): StackEnv => {
  const at = {
    storageType: stack.store.storageType,
    storageLocation: stack.store.storageLocation,
    sourceBucket: demo.bucket,
    uploadBucket: demoUploadBucket,
  };
  return {
    CLIPFLEET_URL: stack.url,
    CLIPFLEET_TOKEN: token,
    CLIPFLEET_DEMO_M3U8: demo.key,
    CLIPFLEET_DEMO_START_MS: String(demo.startMs),
    CLIPFLEET_STORAGE_TYPE: at.storageType,
    CLIPFLEET_STORAGE_LOCATION: at.storageLocation,
    CLIPFLEET_SOURCE_BUCKET: at.sourceBucket,
    CLIPFLEET_UPLOAD_BUCKET: at.uploadBucket,
    CLIPFLEET_STORAGE_INFO: storageInfoText(at),
    CLIPFLEET_DATABASE_URL: stack.postgres.url,
    CLIPFLEET_NATS_URL: stack.nats.url,
    CLIPFLEET_STORES: stack.env['CLIPFLEET_STORES'],
    CLIPFLEET_SIGNING_SECRET: stack.env['CLIPFLEET_SIGNING_SECRET'],
  };
};

const printAddresses = (
  env: StackEnv,
  stack: LocalStack,
  result: { key: string; url: string; summary: string },
): void => {
  const { config } = stack.store;
  const address =
    config.driver === 'file'
      ? path.join(config.rootPath, env.CLIPFLEET_UPLOAD_BUCKET, result.key)
      : `s3://${env.CLIPFLEET_UPLOAD_BUCKET}/${result.key} at ${config.endpoint}`;
  const ops = [...stack.apps].map(([name, app]) => `${name} ${app.opsUrl}/metrics`);
  const body = JSON.stringify({ ...demoExportBody(env), FileName: 'my-first-clip' });
  console.log(`
Export      ${address}
            ${result.summary}
Download    ${result.url}
API         ${env.CLIPFLEET_URL}${exportPath}   (OpenAPI: ${env.CLIPFLEET_URL}/openapi.json)
NATS        ${env.CLIPFLEET_NATS_URL} (monitoring: ${stack.nats.monitoringUrl})
Postgres    ${env.CLIPFLEET_DATABASE_URL}
Metrics     ${ops.join('\n            ')}
For scripts ${envFilePath()}

Another one (the same POST again is the poll):
curl -sS -H 'content-type: application/json' ${env.CLIPFLEET_URL}${exportPath} -d '${body}'`);
};
