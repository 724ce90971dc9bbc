import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportResource } from '@clipfleet/contracts';
import { LedgerDatabase, seedTenant } from '@clipfleet/ledger';
import {
  type AppName,
  findFreePorts,
  LocalStack,
  type LocalStackOptions,
  type RunningApp,
  startApp,
  waitUntil,
} from '@clipfleet/local-stack';
import { createStores, type ObjectStore, type ObjectStores, storeConfigSchema } from '@clipfleet/object-store';
import type { CrashPoint } from '@clipfleet/platform';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { uploadRecording } from '../media/upload-recording.js';
import { testDirectory } from '../test-servers.js';
import {
  type KindName,
  makeCrashRecordings,
  OUTPUT_BUCKET,
  requestOf,
  SOURCE_BUCKET,
} from './crash-requests.fixture.js';

/** What a crash leaves is found again within a test. Everything else is as in production. */
const QUICK = {
  CLIPFLEET_ACK_WAIT_MS: '1500',
  CLIPFLEET_OUTBOX_POLL_MS: '250',
  CLIPFLEET_SWEEP_MS: '500',
  CLIPFLEET_STALL_MS: '5000',
  CLIPFLEET_UPLOAD_GRACE_MS: '3000',
  CLIPFLEET_SHUTDOWN_GRACE_MS: '500',
  // three ranges of an mp4 although it is small
  CLIPFLEET_SMALL_OUTPUT_BYTES: '0',
  CLIPFLEET_TASK_BYTES: String(16 * 1024 * 1024),
  // all tasks of an export go to the stream at once, whichever slots are busy
  CLIPFLEET_SEGMENT_WORKER_CONCURRENCY: '8',
};
const CRASH_TIMEOUT_MS = 20_000;
const END_TIMEOUT_MS = 45_000;
const POLL_MS = 50;
const ENDED = new Set(['completed', 'failed', 'cancelled']);

export interface Submitted {
  kindName: KindName;
  /** Everything the export may write lies below. */
  prefix: string;
  body: string;
}

/** A whole fleet with servers of its own, whose parts may be killed; and what a client and an inspector need. */
export class CrashFleet {
  private constructor(
    readonly stack: LocalStack,
    readonly ledger: LedgerDatabase,
    readonly nats: NatsConnection,
    private readonly stores: ObjectStores,
    private readonly directory: string,
    private readonly token: string,
  ) {}

  static async open(options: Pick<LocalStackOptions, 'store' | 'env'> = {}): Promise<CrashFleet> {
    const directory = await mkdtemp(path.join(process.env['CLIPFLEET_E2E_LOGS'] ?? testDirectory(), 'crash-'));
    const env = { ...QUICK, CLIPFLEET_SCRATCH_PATH: directory, ...options.env };
    const [recordings, stack] = await Promise.all([
      makeCrashRecordings(),
      LocalStack.start({ stateDirectory: directory, durable: false, ...options, env }),
    ]);
    const nats = await connect({ servers: stack.nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    const stores = createStores([storeConfigSchema.parse(stack.store.config)]);
    const ledger = await LedgerDatabase.open({ url: stack.postgres.url, poolSize: 4 });
    const token = randomBytes(16).toString('hex');
    const { id: storeId } = stack.store.config;
    const store = stores.get(storeId);
    await seedTenant(ledger, {
      slug: 'crash',
      token,
      grants: [SOURCE_BUCKET, OUTPUT_BUCKET].map((bucket) => {
        return { storeId, bucket, prefix: '', canRead: true, canWrite: bucket === OUTPUT_BUCKET };
      }),
    });
    await store.ensureBucket(OUTPUT_BUCKET);
    await uploadRecording(store, SOURCE_BUCKET, 'thin', recordings.thin.directory);
    await uploadRecording(store, SOURCE_BUCKET, 'fat', recordings.fat.directory);
    return new CrashFleet(stack, ledger, nats, stores, directory, token);
  }

  get store(): ObjectStore {
    return this.stores.get(this.stack.store.config.id);
  }

  app(name: AppName): RunningApp {
    return this.stack.app(name);
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await this.nats.close();
    await this.stores.close();
    await this.stack.stop();
    // logs that somebody wants to read stay
    if (!process.env['CLIPFLEET_E2E_LOGS']) await rm(this.directory, { recursive: true, force: true });
  }

  /** A request that nobody made before, not sent yet. */
  newRequest(kindName: KindName): Submitted {
    const prefix = `${kindName}-${randomUUID()}/`;
    return { kindName, prefix, body: JSON.stringify(requestOf(kindName, this.store.id, prefix)) };
  }

  /** The POST, as a client repeats it to poll. Undefined: nobody answered, as while the gateway is dead. */
  async post({ body }: Submitted, url = this.stack.url): Promise<ExportResource | undefined> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/exports`, { method: 'POST', headers, body }).catch(() => undefined);
    if (!response || response.status >= 500) return undefined;
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer as ExportResource | undefined;
    throw new Error(`the request was refused: ${JSON.stringify(answer)}`);
  }

  /** Sends the request once; the answer may get lost with the gateway. */
  async submit(kindName: KindName): Promise<Submitted> {
    const request = this.newRequest(kindName);
    await this.post(request);
    return request;
  }

  /** As the ledger has it now. */
  async stateOf({ prefix }: Submitted): Promise<string | undefined> {
    const rows = await this.query<{ state: string }>('SELECT state FROM export WHERE key LIKE $1', [`${prefix}%`]);
    return rows[0]?.state;
  }

  async untilState(request: Submitted, state: string): Promise<void> {
    const what = `the export at ${request.prefix} to be ${state}`;
    await waitUntil(async () => (await this.stateOf(request)) === state, { timeoutMs: CRASH_TIMEOUT_MS, what });
  }

  async cancel(request: Submitted): Promise<void> {
    const headers = { authorization: `Bearer ${this.token}` };
    const { id } = (await this.post(request))!;
    const response = await fetch(`${this.stack.url}/v1/exports/${id}`, { method: 'DELETE', headers });
    if (!response.ok) throw new Error(`the export could not be cancelled: HTTP ${response.status}`);
  }

  /** Repeats the POST until the export has ended. */
  untilEnded(request: Submitted): Promise<ExportResource> {
    return waitUntil(
      async () => {
        const answer = await this.post(request);
        return answer && ENDED.has(answer.state) ? answer : undefined;
      },
      { timeoutMs: END_TIMEOUT_MS, everyMs: POLL_MS, what: `the export at ${request.prefix} to end` },
    );
  }

  /** From now on the process dies when it passes `point` for the nth time. */
  async arm(app: AppName, point: CrashPoint, nth = 1): Promise<void> {
    await this.app(app).restart({ CLIPFLEET_CRASH_AT: `${point}:${nth}` });
  }

  /** Resolves when an armed process has died as it was told to, and not otherwise. */
  async untilCrashed(app: AppName): Promise<void> {
    const { exited } = this.app(app).process();
    const exit = await Promise.race([exited, delay(CRASH_TIMEOUT_MS, undefined, { ref: false })]);
    if (exit?.signal !== 'SIGKILL') throw new Error(`${app} did not come to its crash point: ${JSON.stringify(exit)}`);
  }

  /** One more gateway on the same ledger and streams. Stop it. */
  async startSecondGateway(): Promise<{ app: RunningApp; url: string }> {
    const port = await findFreePorts(1);
    const env = {
      ...this.stack.env,
      CLIPFLEET_DATABASE_URL: this.stack.postgres.url,
      CLIPFLEET_HTTP_HOST: '127.0.0.1',
      CLIPFLEET_HTTP_PORT: String(port),
    };
    const app = await startApp({ app: 'gateway', name: 'gateway-2', stateDirectory: this.directory, env });
    return { app, url: `http://127.0.0.1:${port}` };
  }

  async scratchDirectoryCount(): Promise<number> {
    return (await readdir(this.directory)).filter((name) => name.startsWith('clipfleet-')).length;
  }

  /** As a rule for old uploads in the store would. */
  async abortUploads({ prefix }: Submitted): Promise<void> {
    for (const { uploadId, ...at } of await this.store.listUploads(OUTPUT_BUCKET, prefix)) {
      await this.store.abortUpload(at, uploadId);
    }
  }

  /** Its disk is lost. */
  async emptyNats(): Promise<void> {
    await this.stack.nats.kill();
    await rm(path.join(this.directory, this.stack.nats.name, 'jetstream'), { recursive: true });
    await this.stack.nats.restart();
  }

  async query<R>(text: string, values: unknown[] = []): Promise<R[]> {
    return this.ledger.dataSource.query<R[]>(text, values);
  }
}
