import type { ManagedProcess } from './managed-process.js';
import { claimPort } from './ports.js';
import { appNames, type AppName } from './repository.js';
import type { RunningServer } from './running-server.js';
import { StackState } from './stack-state.js';
import { startApp, type RunningApp } from './start-app.js';
import { startNats, type RunningNats } from './start-nats.js';
import { startPostgres, type RunningPostgres } from './start-postgres.js';
import { REAL_S3_PORT_COUNT, startRealS3, type RunningRealS3, type S3Access } from './start-real-s3.js';
import { stopRecorded } from './stop-recorded.js';
import { fileStoreSettings, s3StoreSettings, type StoreSettings } from './store-settings.js';
import { startWatchdog } from './watchdog.js';

export interface LocalStackOptions {
  stateDirectory: string;
  /** `file`: a directory of the state; `s3`: a Ceph RGW of our own; an S3Access: a server that is there already. */
  store?: 'file' | 's3' | S3Access;
  ports?: { gateway?: number; postgres?: number; nats?: number; s3?: number };
  /** Which apps to run; default: all five. */
  apps?: readonly AppName[];
  /** More CLIPFLEET_* for every app. */
  env?: Record<string, string>;
  /** false: no fsync in Postgres, for tests. */
  durable?: boolean;
  /** Told before each step; the promise it returns for the step's work is awaited. */
  onStep?: <T>(what: string, work: () => Promise<T>) => Promise<T>;
}

/** The whole fleet on this machine: the processes, configuration and messages of a cluster, only fewer. */
export class LocalStack {
  postgres: RunningPostgres;
  nats: RunningNats;
  s3: RunningRealS3 | undefined;
  store: StoreSettings;
  /** The gateway's public address. */
  url: string;
  readonly apps = new Map<AppName, RunningApp>();
  /** What every app gets beside its ports. */
  env: Record<string, string>;

  private constructor(
    private readonly options: LocalStackOptions,
    private readonly state: StackState,
  ) {}

  /** Starts everything; what was started is stopped again if something does not. */
  static async start(options: LocalStackOptions): Promise<LocalStack> {
    const stack = new LocalStack(options, new StackState(options.stateDirectory));
    // first, so that a port of a run that was killed is free again, and a busy one is told before anything is started
    await stopRecorded(options.stateDirectory);
    const { gateway, postgres, nats } = options.ports ?? {};
    await claimPort(gateway, 'the HTTP API');
    await claimPort(postgres, 'Postgres');
    await claimPort(nats, 'NATS');
    startWatchdog(options.stateDirectory);
    try {
      await stack.startServers();
      await stack.migrate();
      await stack.startApps();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** In the order of dependence: what takes requests first, what it needs last. */
  async stop(): Promise<void> {
    await Promise.all([...this.apps.values()].map((app) => app.stop()));
    await Promise.all([this.nats?.stop(), this.s3?.stop()]);
    await this.postgres?.stop();
    await stopRecorded(this.options.stateDirectory);
  }

  app(name: AppName): RunningApp {
    const app = this.apps.get(name);
    if (!app) throw new Error(`${name} is not part of this stack`);
    return app;
  }

  /** Every child that runs now, for who wants to know when one ends by itself. */
  processes(): ManagedProcess[] {
    const servers: RunningServer[] = [this.postgres, this.nats, ...this.apps.values()];
    return servers.map((server) => server.process());
  }

  private async startServers(): Promise<void> {
    const { stateDirectory, ports = {}, durable } = this.options;
    const postgresPort = await this.state.port('postgres', ports.postgres);
    const natsPort = await this.state.port('nats', ports.nats);
    await Promise.all([
      this.step(`Postgres on port ${postgresPort}`, async () => {
        this.postgres = await startPostgres({ stateDirectory, port: postgresPort, durable });
      }),
      this.step(`NATS with JetStream on port ${natsPort}`, async () => {
        this.nats = await startNats({ stateDirectory, port: natsPort });
      }),
      this.startStore(),
    ]);
  }

  private async startStore(): Promise<void> {
    const { store = 'file', stateDirectory, ports = {} } = this.options;
    if (store === 'file') {
      this.store = fileStoreSettings(stateDirectory);
    } else if (store === 's3') {
      // its state is bound to its port: on another one it would begin anew
      const port = await this.state.port('s3', ports.s3, REAL_S3_PORT_COUNT);
      const s3 = await this.step('S3 server (Ceph RGW; the first time its packages are fetched)', () =>
        startRealS3({ stateDirectory, port }),
      );
      this.s3 = s3;
      this.store = s3StoreSettings(s3.access);
    } else {
      this.store = s3StoreSettings(store);
    }
  }

  private async migrate(): Promise<void> {
    await this.step('database migrations', async () => {
      // loaded here: most users of this library want a server, not TypeORM
      const { runMigrations } = await import('@clipfleet/ledger');
      await runMigrations(this.postgres.url);
    });
  }

  private async startApps(): Promise<void> {
    const gatewayPort = await this.state.port('gateway', this.options.ports?.gateway);
    this.url = `http://127.0.0.1:${gatewayPort}`;
    this.env = {
      CLIPFLEET_NATS_URL: this.nats.url,
      CLIPFLEET_STORES: JSON.stringify([this.store.config]),
      CLIPFLEET_PUBLIC_URL: this.url,
      CLIPFLEET_SIGNING_SECRET: this.state.secret('signing'),
      ...this.options.env,
    };
    const gatewayEnv = {
      CLIPFLEET_DATABASE_URL: this.postgres.url,
      CLIPFLEET_HTTP_PORT: String(gatewayPort),
      // its tokens are no secrets here; who wants it open to the network says so
      CLIPFLEET_HTTP_HOST: process.env['CLIPFLEET_HTTP_HOST'] ?? '127.0.0.1',
    };
    const apps = this.options.apps ?? appNames;
    const opsPorts = new Map<AppName, number>();
    for (const app of apps) opsPorts.set(app, await this.state.port(`${app}-ops`));
    await this.step(`${apps.length} apps`, async () => {
      // all at once, and each is waited for even if one fails: stop() has to know them all
      const started = await Promise.allSettled(
        apps.map(async (app) => {
          // only the gateway gets the database
          const env = app === 'gateway' ? { ...this.env, ...gatewayEnv } : this.env;
          const { stateDirectory } = this.options;
          this.apps.set(app, await startApp({ app, stateDirectory, env, opsPort: opsPorts.get(app) }));
        }),
      );
      const failed = started.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    });
  }

  private step<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.options.onStep ? this.options.onStep(what, work) : work();
  }
}
