import { randomBytes, randomUUID } from 'node:crypto';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { isEnded, LedgerDatabase, seedTenant } from '@clipfleet/ledger';
import { LocalStack, waitUntil } from '@clipfleet/local-stack';
import { createStores } from '@clipfleet/object-store';
import { makeRecording, uploadRecording } from '@clipfleet/testing';
import { rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

const SOURCES = 'live-sources';
const EXPORTS = 'live-exports';

type Output = Omit<NativeExportRequest['output'], 'destination'>;

/** A whole fleet on files, one recording, and a client that makes exports of it. */
export const openLiveFleet = async (stateDirectory: string, env: Record<string, string> = {}) => {
  const stack = await LocalStack.start({
    stateDirectory,
    durable: false,
    env: { CLIPFLEET_SCRATCH_PATH: stateDirectory, ...env },
  });
  const stores = createStores([stack.store.config]);
  const store = stores.get(stack.store.config.id);
  await store.ensureBucket(EXPORTS);
  const recording = await makeRecording();
  await uploadRecording(store, SOURCES, 'match', recording.directory);
  const ledger = await LedgerDatabase.open({ url: stack.postgres.url, poolSize: 2 });
  const token = randomBytes(16).toString('hex');
  const grants = [SOURCES, EXPORTS].map((bucket) => {
    return { storeId: store.id, bucket, prefix: '', canRead: true, canWrite: bucket === EXPORTS };
  });
  await seedTenant(ledger, { slug: 'live', token, grants });

  const bucketPath = path.join((stack.store.config as { rootPath: string }).rootPath, EXPORTS);
  const request = async (method: string, at: string, body?: unknown): Promise<ExportResource> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${stack.url}${at}`, init);
    if (!response.ok) throw new Error(`${method} ${at}: HTTP ${response.status}: ${await response.text()}`);
    return (await response.json()) as ExportResource;
  };
  const submit = (output: Output, playlist: string = recording.playlist): Promise<ExportResource> => {
    const locations = [{ storeId: store.id, bucket: SOURCES, key: `match/${playlist}` }];
    const range = { kind: 'from-start', startMs: 2_000, durationMs: 4_000 } as const;
    const destination = { storeId: store.id, bucket: EXPORTS, key: `${randomUUID()}.${output.container}` };
    return request('POST', '/v1/exports', {
      edit: { clips: [{ source: { format: 'hls', locations }, range }] },
      output: { ...output, destination },
    });
  };
  const end = ({ id, destination }: ExportResource): Promise<string> => {
    const ended = async (): Promise<string | undefined> => {
      const { state } = await request('GET', `/v1/exports/${id}`);
      return isEnded(state) ? state : undefined;
    };
    return waitUntil(ended, { timeoutMs: 120_000, what: `the end of ${destination.key}` });
  };
  return {
    stack,
    submit,
    /** Its state at its end, whatever that is. */
    end,
    make: async (output: Output, playlist?: string): Promise<string> => end(await submit(output, playlist)),
    /** The place of the outputs, as a mount that is gone: whatever is asked of it fails, and may not fail later. */
    async loseExports(): Promise<void> {
      await rename(bucketPath, `${bucketPath}.away`);
      // a link to itself: ELOOP
      await symlink(bucketPath, bucketPath);
    },
    async bringBackExports(): Promise<void> {
      await rm(bucketPath);
      await rename(`${bucketPath}.away`, bucketPath);
    },
    close: async (): Promise<void> => {
      await ledger.close();
      await stores.close();
      await stack.stop();
    },
  };
};
export type LiveFleet = Awaited<ReturnType<typeof openLiveFleet>>;
