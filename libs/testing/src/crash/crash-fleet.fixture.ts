import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportResource } from '@clipfleet/contracts';
import { type AppName, type LocalStackOptions, type RunningApp, waitUntil } from '@clipfleet/local-stack';
import type { CrashPoint } from '@clipfleet/platform';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ExportFleet, type ExportFleetParts, type Submitted } from '../fleet/export-fleet.js';
import { type KindName, OUTPUT_BUCKET } from '../fleet/export-kinds.js';
import { testDirectory } from '../test-servers.js';

export type { Submitted } from '../fleet/export-fleet.js';

/** What a crash leaves is found again within a test. Everything else is as in production. */
const QUICK = {
  CLIPFLEET_ACK_WAIT_MS: '1500',
  CLIPFLEET_OUTBOX_POLL_MS: '250',
  CLIPFLEET_SWEEP_MS: '500',
  CLIPFLEET_STALL_MS: '5000',
  CLIPFLEET_UPLOAD_GRACE_MS: '3000',
  CLIPFLEET_SHUTDOWN_GRACE_MS: '500',
  // where processes are killed every second, a task that sees many of them die is no poison
  CLIPFLEET_MAX_DEATHS: '25',
  // three ranges of an mp4 although it is small
  CLIPFLEET_SMALL_OUTPUT_BYTES: '0',
  CLIPFLEET_TASK_BYTES: String(16 * 1024 * 1024),
  // all tasks of an export go to the stream at once, whichever slots are busy
  CLIPFLEET_SEGMENT_WORKER_CONCURRENCY: '8',
};
const CRASH_TIMEOUT_MS = 120_000;
const END_TIMEOUT_MS = 180_000;
const POLL_MS = 50;

/** A whole fleet with servers of its own, whose parts may be killed; and what a client and an inspector need. */
export class CrashFleet extends ExportFleet {
  private token = '';

  private constructor(
    parts: ExportFleetParts,
    readonly nats: NatsConnection,
  ) {
    super(parts);
  }

  static async open(options: Pick<LocalStackOptions, 'store' | 'env'> = {}): Promise<CrashFleet> {
    const stateDirectory = await mkdtemp(path.join(process.env['CLIPFLEET_E2E_LOGS'] ?? testDirectory(), 'crash-'));
    const crashes = path.join(stateDirectory, 'crashes');
    await mkdir(crashes);
    const env = {
      ...{ ...QUICK, CLIPFLEET_CRASH_DIR: crashes, CLIPFLEET_SCRATCH_PATH: stateDirectory },
      ...options.env,
    };
    const parts = await ExportFleet.startParts({ stateDirectory, durable: false, ...options, env });
    const nats = await connect({ servers: parts.stack.nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    const fleet = new CrashFleet(parts, nats);
    fleet.token = await fleet.addTenant('crash');
    return fleet;
  }

  app(name: AppName): RunningApp {
    return this.stack.app(name);
  }

  override async close(): Promise<void> {
    await this.nats.close();
    await super.close();
    // logs that somebody wants to read stay
    if (!process.env['CLIPFLEET_E2E_LOGS']) await rm(this.stateDirectory, { recursive: true, force: true });
  }

  /** The POST, as a client repeats it to poll. */
  post(request: Submitted, url = this.stack.url): Promise<ExportResource | undefined> {
    return this.postAs({ token: this.token, url }, request);
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

  /** What a process has told before its death may still be on its way to the ledger. */
  async untilState(request: Submitted, state: string): Promise<void> {
    const isThere = async () => (await this.stateOf(request)) === state;
    await waitUntil(isThere, { timeoutMs: 30_000, what: `the export at ${request.prefix} to be ${state}` });
  }

  /** Its tasks are in the stream. On a busy machine it may have gone on when this is seen. */
  async untilRunning(request: Submitted): Promise<void> {
    const what = `the export at ${request.prefix} to be running`;
    const isRunning = async () => ['running', 'assembling', 'completed'].includes((await this.stateOf(request)) ?? '');
    await waitUntil(isRunning, { timeoutMs: CRASH_TIMEOUT_MS, what });
  }

  async cancel(request: Submitted): Promise<void> {
    const headers = { authorization: `Bearer ${this.token}` };
    const { id } = (await this.post(request))!;
    const response = await fetch(`${this.stack.url}/v1/exports/${id}`, { method: 'DELETE', headers });
    if (!response.ok) throw new Error(`the export could not be cancelled: HTTP ${response.status}`);
  }

  /** Repeats the POST until the export has ended. */
  untilEnded(request: Submitted): Promise<ExportResource> {
    const client = { token: this.token, url: this.stack.url };
    const what = `the export at ${request.prefix} to end`;
    return waitUntil(() => this.endOf(client, request), { timeoutMs: END_TIMEOUT_MS, everyMs: POLL_MS, what });
  }

  /** From now on the process dies when it passes `point` for the nth time. */
  async arm(app: AppName, point: CrashPoint, nth = 1): Promise<void> {
    const armsFile = path.join(this.stateDirectory, 'crashes', String(this.app(app).process().pid));
    // whole at once: the process may be looking
    await writeFile(`${armsFile}.new`, `${point}:${nth}`);
    await rename(`${armsFile}.new`, armsFile);
  }

  /** Resolves when an armed process has died as it was told to, and not otherwise. */
  async untilCrashed(app: AppName): Promise<void> {
    const { exited } = this.app(app).process();
    const exit = await Promise.race([exited, delay(CRASH_TIMEOUT_MS, undefined, { ref: false })]);
    if (exit?.signal !== 'SIGKILL') throw new Error(`${app} did not come to its crash point: ${JSON.stringify(exit)}`);
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
    await rm(path.join(this.stateDirectory, this.stack.nats.name, 'jetstream'), { recursive: true });
    await this.stack.nats.restart();
  }
}
