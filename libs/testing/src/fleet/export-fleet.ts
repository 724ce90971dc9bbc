import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { ExportResource } from '@clipfleet/contracts';
import { isEnded, LedgerDatabase, seedTenant } from '@clipfleet/ledger';
import { findFreePorts, LocalStack, type LocalStackOptions, type RunningApp, startApp } from '@clipfleet/local-stack';
import { createStores, type ObjectStore, type ObjectStores, storeConfigSchema } from '@clipfleet/object-store';
import { uploadRecording } from '../media/upload-recording.js';
import { type KindName, makeKindRecordings, OUTPUT_BUCKET, requestOf, SOURCE_BUCKET } from './export-kinds.js';

export interface Submitted {
  kindName: KindName;
  /** Everything the export may write lies below. */
  prefix: string;
  body: string;
}

export interface ExportFleetParts {
  stateDirectory: string;
  stack: LocalStack;
  ledger: LedgerDatabase;
  stores: ObjectStores;
}

/** Who asks: a tenant's token, at one of the gateways. */
export interface Client {
  token: string;
  url: string;
}

/** A whole fleet with servers of its own, the recordings of `export-kinds`, and tenants that may export them. */
export class ExportFleet {
  readonly stack: LocalStack;
  readonly ledger: LedgerDatabase;
  readonly stateDirectory: string;
  private readonly stores: ObjectStores;

  protected constructor({ stateDirectory, stack, ledger, stores }: ExportFleetParts) {
    this.stateDirectory = stateDirectory;
    this.stack = stack;
    this.ledger = ledger;
    this.stores = stores;
  }

  static async start(options: LocalStackOptions): Promise<ExportFleet> {
    return new ExportFleet(await ExportFleet.startParts(options));
  }

  protected static async startParts(options: LocalStackOptions): Promise<ExportFleetParts> {
    const [recordings, stack] = await Promise.all([makeKindRecordings(), LocalStack.start(options)]);
    try {
      const stores = createStores([storeConfigSchema.parse(stack.store.config)]);
      const store = stores.get(stack.store.config.id);
      await store.ensureBucket(OUTPUT_BUCKET);
      await uploadRecording(store, SOURCE_BUCKET, 'thin', recordings.thin.directory);
      await uploadRecording(store, SOURCE_BUCKET, 'fat', recordings.fat.directory);
      const ledger = await LedgerDatabase.open({ url: stack.postgres.url, poolSize: 4 });
      return { stateDirectory: options.stateDirectory, stack, ledger, stores };
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get store(): ObjectStore {
    return this.stores.get(this.stack.store.config.id);
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await this.stores.close();
    await this.stack.stop();
  }

  /** Who may read the recordings and write exports; the token. */
  async addTenant(slug: string): Promise<string> {
    const token = randomBytes(16).toString('hex');
    const { id: storeId } = this.stack.store.config;
    const grants = [SOURCE_BUCKET, OUTPUT_BUCKET].map((bucket) => {
      return { storeId, bucket, prefix: '', canRead: true, canWrite: bucket === OUTPUT_BUCKET };
    });
    await seedTenant(this.ledger, { slug, token, grants });
    return token;
  }

  /** A request that nobody made before, not sent yet. */
  newRequest(kindName: KindName): Submitted {
    const prefix = `${kindName}-${randomUUID()}/`;
    return { kindName, prefix, body: JSON.stringify(requestOf(kindName, this.store.id, prefix)) };
  }

  /** The POST, as a client repeats it to poll. Undefined: ask again, as while the gateway is dead, or wants to be asked less often. */
  async postAs({ token, url }: Client, { body }: Submitted): Promise<ExportResource | undefined> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/exports`, { method: 'POST', headers, body }).catch(() => undefined);
    if (!response || response.status >= 500 || response.status === 429) return undefined;
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer as ExportResource | undefined;
    throw new Error(`the request was refused: ${JSON.stringify(answer)}`);
  }

  /** The same, for who asks again until it has ended: undefined as long as it has not. */
  async endOf(client: Client, request: Submitted): Promise<ExportResource | undefined> {
    const answer = await this.postAs(client, request);
    return answer && isEnded(answer.state) ? answer : undefined;
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
    const { stateDirectory } = this;
    const app = await startApp({ app: 'gateway', name: 'gateway-2', stateDirectory, env });
    return { app, url: `http://127.0.0.1:${port}` };
  }

  async scratchDirectoryCount(): Promise<number> {
    return (await readdir(this.stateDirectory)).filter((name) => name.startsWith('clipfleet-')).length;
  }

  async query<R>(text: string, values: unknown[] = []): Promise<R[]> {
    // as the apps ask: again, where a server that is killed or a busy machine does not answer
    const name = `fleet-${createHash('sha1').update(text).digest('hex')}`;
    return (await this.ledger.query({ name, text }, values)) as R[];
  }
}
