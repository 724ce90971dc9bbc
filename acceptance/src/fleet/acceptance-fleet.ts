import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { isEnded, LedgerDatabase, seedTenant } from '@clipfleet/ledger';
import { LocalStack, type RunningApp, startApp, waitUntil } from '@clipfleet/local-stack';
import { createStores, type ObjectStore, type ObjectStores } from '@clipfleet/object-store';

export const SOURCES = 'acceptance-sources';
export const EXPORTS = 'acceptance-exports';
const MIB = 1024 * 1024;

/** The least that the first range of several can be: header and first bytes are one part, the rest another. */
export const RANGE_BYTES = 14 * MIB;
/** The planner makes no smaller ones. */
export const LEAST_RANGE_BYTES = 8 * MIB;
/**
 * The fleet as it is deployed. What differs from the defaults makes ranges small, so that short recordings have many of them,
 * and finds what a killed worker leaves within seconds.
 */
const FLEET_ENV = {
  CLIPFLEET_SMALL_OUTPUT_BYTES: '0',
  CLIPFLEET_TASK_BYTES: String(RANGE_BYTES),
  CLIPFLEET_ACK_WAIT_MS: '3000',
  CLIPFLEET_SWEEP_MS: '1000',
  CLIPFLEET_OUTBOX_POLL_MS: '250',
};
const TIMEOUT_MS = 600_000;
const POLL_MS = 100;

type Range = NativeExportRequest['edit']['clips'][number]['range'];
export type Container = 'mp4' | 'mov' | 'ts';

export interface ExportOrder {
  playlistKey: string;
  container: Container;
  range: Range;
  cutMode?: 'segment' | 'keyframe' | 'exact';
  gapPolicy?: 'fail' | 'skip';
}

export interface MadeExport {
  /** A file of the store: where ffmpeg and ffprobe can read it. */
  file: string;
  key: string;
  taskCount: number;
  generation: number;
  result: NonNullable<ExportResource['result']>;
}

/** The export ended otherwise than completed. */
export class ExportFailure extends Error {
  override readonly name = 'ExportFailure';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** Gateway, planner and workers as processes, on the file store; and a client of the native API. */
export class AcceptanceFleet {
  private constructor(
    readonly stack: LocalStack,
    /** What may be killed: processes that hold no state. */
    readonly workers: readonly RunningApp[],
    readonly store: ObjectStore,
    private readonly stores: ObjectStores,
    private readonly ledger: LedgerDatabase,
    private readonly token: string,
  ) {}

  static async open(stateDirectory: string, env: Record<string, string> = {}): Promise<AcceptanceFleet> {
    await mkdir(stateDirectory, { recursive: true });
    const fleetEnv = { ...FLEET_ENV, CLIPFLEET_SCRATCH_PATH: stateDirectory, ...env };
    const stack = await LocalStack.start({ stateDirectory, durable: false, env: fleetEnv });
    const second = await startApp({
      ...{ app: 'segment-worker', name: 'segment-worker-2', stateDirectory, env: stack.env },
    });
    const stores = createStores([stack.store.config]);
    const store = stores.get(stack.store.config.id);
    for (const bucket of [SOURCES, EXPORTS]) await store.ensureBucket(bucket);
    const ledger = await LedgerDatabase.open({ url: stack.postgres.url, poolSize: 2 });
    const token = randomBytes(16).toString('hex');
    const grants = [SOURCES, EXPORTS].map((bucket) => {
      return { storeId: store.id, bucket, prefix: '', canRead: true, canWrite: bucket === EXPORTS };
    });
    await seedTenant(ledger, { slug: 'acceptance', token, limits: { maxActiveExports: 10_000 }, grants });
    const workers = [second, stack.app('segment-worker'), stack.app('transcode-worker'), stack.app('planner')];
    return new AcceptanceFleet(stack, workers, store, stores, ledger, token);
  }

  /** A file of the store. */
  pathOf(bucket: string, key: string): string {
    const { config } = this.stack.store;
    if (config.driver !== 'file') throw new Error('acceptance reads outputs where the file store has them');
    return path.join(config.rootPath, bucket, key);
  }

  /** POST to the end. Throws {@link ExportFailure}. */
  async make(order: ExportOrder): Promise<MadeExport> {
    const key = `${randomUUID()}.${order.container}`;
    const { id } = await this.submit(key, order);
    const ended = await waitUntil(
      async () => {
        const found = await this.request('GET', `/v1/exports/${id}`);
        return isEnded(found.state) ? found : undefined;
      },
      { timeoutMs: TIMEOUT_MS, everyMs: POLL_MS, what: `the export of ${order.playlistKey} as ${order.container}` },
    );
    if (ended.state !== 'completed' || ended.result === undefined) {
      throw new ExportFailure(ended.error?.code ?? ended.state, ended.error?.message ?? '');
    }
    const rows = await this.ledger.dataSource.query<{ count: string }[]>(
      'SELECT count(*) FROM task WHERE export_id = $1 AND generation = $2',
      [id, ended.generation],
    );
    const { result, generation } = ended;
    return { file: this.pathOf(EXPORTS, key), key, result, generation, taskCount: Number(rows[0].count) };
  }

  async remove(key: string): Promise<void> {
    await this.store.delete({ bucket: EXPORTS, key });
  }

  openUploads(): Promise<unknown[]> {
    return this.store.listUploads(EXPORTS, '');
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await this.stores.close();
    await this.workers[0].stop();
    await this.stack.stop();
  }

  private submit(key: string, order: ExportOrder): Promise<ExportResource> {
    const { playlistKey, container, range, cutMode, gapPolicy } = order;
    const storeId = this.store.id;
    const locations = [{ storeId, bucket: SOURCES, key: playlistKey }];
    const body: NativeExportRequest = {
      edit: { clips: [{ source: { format: 'hls', locations }, range }] },
      output: {
        container,
        destination: { storeId, bucket: EXPORTS, key },
        ...(cutMode && { cutMode }),
        ...(gapPolicy && { gapPolicy }),
      },
    };
    return this.request('POST', '/v1/exports', body);
  }

  private async request(method: string, at: string, body?: unknown): Promise<ExportResource> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.stack.url}${at}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${at}: HTTP ${response.status}: ${text}`);
    return JSON.parse(text) as ExportResource;
  }
}
