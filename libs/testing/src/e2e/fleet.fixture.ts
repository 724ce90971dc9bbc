import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LedgerDatabase, seedTenant, type TenantGrant } from '@clipfleet/ledger';
import {
  appNames,
  findFreePorts,
  type AppName,
  type RunningApp,
  s3StoreSettings,
  startApp,
} from '@clipfleet/local-stack';
import { createStores, type ObjectStore, type StoreConfigInput } from '@clipfleet/object-store';
import { createTestDatabase } from '../create-test-database.js';
import type { Recording } from '../media/recording.js';
import { uploadRecording } from '../media/upload-recording.js';
import { startTestNats } from '../start-test-nats.js';
import { testDirectory, testS3 } from '../test-servers.js';

/** Of the file API, by default. */
export const FILES_BUCKET = 'clipfleet-files';
/** The S3 server is the whole run's, and other spec files run at the same time: each has buckets of its own. */
const ofThisFile = randomBytes(4).toString('hex');
export const SOURCE_BUCKET = `recordings-${ofThisFile}`;
export const OUTPUT_BUCKET = `exports-${ofThisFile}`;
/** Granted to the tenant, and not there. */
export const ABSENT_BUCKET = `never-made-${ofThisFile}`;
/** Granted to the tenant, and there. What makes it unwritable is the test's own doing. */
export const CLOSED_BUCKET = `closed-${ofThisFile}`;
/** As by default, said here for the tests that go beyond it. */
export const MAX_PLAYLIST_BYTES = 32 * 1024 * 1024;

const MAX_READ_BYTES = 1 << 30;

/** One of the fleet's stores, and how requests name it. */
export interface FleetStore {
  name: 'file' | 's3';
  store: ObjectStore;
  storageType: 'FILE' | 'S3';
  storageLocation: string;
  /** Of the file store. */
  rootPath: string | undefined;
}

export interface Fleet {
  url: string;
  token: string;
  jweKey: Uint8Array;
  /** The same fleet as another tenant sees it, who may do the same. */
  ofTenant(slug: string): Promise<Fleet>;
  fileStore: FleetStore;
  /** Throws where there is no real S3 server: use it inside `describeRealS3`. */
  s3Store(): FleetStore;
  app(name: AppName): RunningApp;
  /** Puts a recording into the source bucket once, and returns its playlist's key. */
  upload(at: FleetStore, recording: Recording): Promise<string>;
  /** An object as a file of its own for ffmpeg and ffprobe, with its name's extension. */
  download(at: FleetStore, key: string, bucket?: string): Promise<string>;
  /** Everything that is in the output bucket, sidecars and leftovers included. */
  outputKeys(at: FleetStore): Promise<string[]>;
  openUploads(at: FleetStore): Promise<string[]>;
  close(): Promise<void>;
}

/** The five apps as processes of their own from `dist`, with a database, a NATS server and both kinds of store. */
export const openFleet = async (env: Record<string, string> = {}): Promise<Fleet> => {
  const [database, nats, scratch] = await Promise.all([
    createTestDatabase(),
    startTestNats(),
    mkdtemp(path.join(tmpdir(), 'clipfleet-e2e-')),
  ]);
  const rootPath = path.join(scratch, 'store');
  const gatewayPort = await findFreePorts(1);
  const url = `http://127.0.0.1:${gatewayPort}`;
  const signing = { signingSecret: randomBytes(16).toString('hex'), publicUrl: url };
  const configs = storeConfigs(rootPath);
  const stores = createStores(configs, signing);
  const seeded = await seed(database.url, configs, 'e2e');
  const appEnv = {
    CLIPFLEET_NATS_URL: nats.url,
    CLIPFLEET_STORES: JSON.stringify(configs),
    CLIPFLEET_PUBLIC_URL: url,
    CLIPFLEET_SIGNING_SECRET: signing.signingSecret,
    CLIPFLEET_MAX_PLAYLIST_BYTES: String(MAX_PLAYLIST_BYTES),
    CLIPFLEET_SCRATCH_PATH: scratch,
    CLIPFLEET_SHUTDOWN_GRACE_MS: '1000',
    ...env,
  };
  const gatewayEnv = {
    CLIPFLEET_DATABASE_URL: database.url,
    CLIPFLEET_HTTP_PORT: String(gatewayPort),
    CLIPFLEET_HTTP_HOST: '127.0.0.1',
    CLIPFLEET_MIGRATE: 'false',
  };
  for (const { id } of configs) await makeBuckets(stores.get(id));
  const apps = await startApps(appEnv, gatewayEnv);
  const uploaded = new Map<string, Promise<string>>();
  const storeOf = (id: string): FleetStore =>
    toFleetStore(
      stores.get(id),
      configs.find((config) => config.id === id)!,
    );

  const fleet: Fleet = {
    url,
    ...seeded,
    ofTenant: async (slug) => ({ ...fleet, ...(await seed(database.url, configs, slug)) }),
    fileStore: storeOf('local'),
    s3Store: () => storeOf('main'),
    app: (name) => apps.get(name)!,
    async upload({ store }, recording) {
      const prefix = path.basename(path.dirname(recording.directory));
      const id = `${store.id}/${prefix}`;
      const upload =
        uploaded.get(id) ?? uploadRecording(store, SOURCE_BUCKET, prefix, recording.directory).then(() => '');
      uploaded.set(id, upload);
      await upload;
      return `${prefix}/${recording.playlist}`;
    },
    async download({ store }, key, bucket = OUTPUT_BUCKET) {
      const file = path.join(scratch, `${randomBytes(6).toString('hex')}${path.extname(key)}`);
      await writeFile(file, await store.getBytes({ bucket, key }, { limitBytes: MAX_READ_BYTES }));
      return file;
    },
    async outputKeys({ store }) {
      const keys: string[] = [];
      for await (const { key } of store.list(OUTPUT_BUCKET, '')) keys.push(key);
      return keys;
    },
    openUploads: async ({ store }) => (await store.listUploads(OUTPUT_BUCKET, '')).map(({ key }) => key),
    async close() {
      await Promise.all([...apps.values()].map((app) => app.stop()));
      await Promise.all([nats.stop(), stores.close(), database.drop()]);
      await rm(scratch, { recursive: true, force: true });
    },
  };
  return fleet;
};

const storeConfigs = (rootPath: string): StoreConfigInput[] => {
  const access = testS3();
  return [
    { id: 'local', driver: 'file', locations: ['local'], rootPath, syncWrites: false },
    ...(access ? [s3StoreSettings(access).config] : []),
  ];
};

const toFleetStore = (store: ObjectStore, config: StoreConfigInput): FleetStore => ({
  name: store.driver,
  store,
  storageType: config.driver === 'file' ? 'FILE' : 'S3',
  storageLocation: config.locations[0],
  rootPath: config.driver === 'file' ? config.rootPath : undefined,
});

/** What an earlier fleet of the same file left on the S3 server is not ours to count. */
const makeBuckets = async (store: ObjectStore): Promise<void> => {
  for (const bucket of [SOURCE_BUCKET, OUTPUT_BUCKET, CLOSED_BUCKET, FILES_BUCKET]) await store.ensureBucket(bucket);
  for (const { bucket, key, uploadId } of await store.listUploads(OUTPUT_BUCKET, ''))
    await store.abortUpload({ bucket, key }, uploadId);
  for await (const { key } of store.list(OUTPUT_BUCKET, '')) await store.delete({ bucket: OUTPUT_BUCKET, key });
};

const seed = async (
  databaseUrl: string,
  configs: readonly StoreConfigInput[],
  slug: string,
): Promise<{ token: string; jweKey: Uint8Array }> => {
  const token = randomBytes(16).toString('hex').toUpperCase();
  const jweKey = new Uint8Array(randomBytes(32));
  const grants = configs.flatMap(({ id: storeId }): TenantGrant[] => [
    { storeId, bucket: SOURCE_BUCKET, prefix: '', canRead: true, canWrite: false },
    ...[OUTPUT_BUCKET, ABSENT_BUCKET, CLOSED_BUCKET].map((bucket) => ({
      ...{ storeId, bucket, prefix: '', canRead: true, canWrite: true },
    })),
  ]);
  const database = await LedgerDatabase.open({ url: databaseUrl, poolSize: 1 });
  try {
    await seedTenant(database, { slug, token, grants, jweKey });
  } finally {
    await database.close();
  }
  return { token, jweKey };
};

/** All at once; when one does not start, the others are stopped again. */
const startApps = async (
  env: Record<string, string>,
  gatewayEnv: Record<string, string>,
): Promise<Map<AppName, RunningApp>> => {
  const stateDirectory = process.env['CLIPFLEET_E2E_LOGS'] ?? testDirectory();
  const run = randomBytes(3).toString('hex');
  const firstPort = await findFreePorts(appNames.length);
  const started = await Promise.allSettled(
    appNames.map((app, index) =>
      startApp({
        ...{ app, stateDirectory, name: `${app}-${run}`, opsPort: firstPort + index },
        env: app === 'gateway' ? { ...env, ...gatewayEnv } : env,
      }),
    ),
  );
  const failed = started.find((result) => result.status === 'rejected');
  const apps = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return new Map(appNames.map((name, index) => [name, apps[index]]));
  await Promise.all(apps.map((app) => app.stop()));
  throw failed.reason;
};
