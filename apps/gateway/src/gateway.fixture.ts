import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type TaskCompleted, WORK_STREAM, type workSubject } from '@clipfleet/contracts';
import { MessageBus } from '@clipfleet/jetstream';
import {
  ExportRepository,
  LedgerDatabase,
  OutboxRepository,
  SweepRepository,
  TenantRepository,
} from '@clipfleet/ledger';
import { UploadRepository, WorkRepository } from '@clipfleet/ledger';
import { type S3Access, waitUntil } from '@clipfleet/local-stack';
import { createStores, type ObjectStore } from '@clipfleet/object-store';
import { createLogger, loadConfig, metricsRegistry } from '@clipfleet/platform';
import { createTestDatabase, startTestNats } from '@clipfleet/testing';
import type { Container, Output, Plan, PlannedTask, StoryboardSheet } from '@clipfleet/timeline';
import { ExportService, type ExportView, type SubmitInput } from './exports/export-service.js';
import { type GatewayConfig, gatewayConfigSchema } from './gateway-config.js';
import { startGateway } from './start-gateway.js';
import { uploadPlace } from './uploads/upload-place.js';

export const MIB = 1024 * 1024;
const STORE_ID = 'local';
/** Short, so that what a dead gateway held comes back within a test. */
const ACK_WAIT_MS = 2_000;
export const JWE_KEY = new Uint8Array(32).fill(5);

/** A database, a NATS server, a store (files, or the S3 server given) and one tenant; gateways are started on them. */
export const openGatewayTest = async (s3?: S3Access) => {
  const [database, nats, rootPath] = await Promise.all([
    createTestDatabase(),
    startTestNats(),
    mkdtemp(join(tmpdir(), 'clipfleet-gateway-')),
  ]);
  const logger = createLogger({ app: 'test', level: process.env['TEST_LOG'] ?? 'silent' });
  const storeConfig = {
    id: STORE_ID,
    locations: [STORE_ID],
    ...(s3 ? { driver: 's3' as const, ...s3 } : { driver: 'file' as const, rootPath, syncWrites: false }),
  };
  const bucket = s3 ? `gateway-${randomUUID()}` : 'out';
  const stores = createStores([storeConfig], { signingSecret: 's'.repeat(32), publicUrl: 'http://127.0.0.1' });
  const store: ObjectStore = stores.get(STORE_ID);
  await store.ensureBucket(bucket);
  const ledger = await LedgerDatabase.open({ url: database.url });
  const grants = [{ storeId: STORE_ID, bucket, prefix: '', canRead: true, canWrite: true }];
  const tenantId = await new TenantRepository(ledger).seed({ slug: 'demo', token: 't', grants, jweKey: JWE_KEY });
  const bus = await MessageBus.connect({
    natsUrl: nats.url,
    name: 'test',
    logger,
    topology: { ackWaitMs: ACK_WAIT_MS },
  });
  const apps: NestFastifyApplication[] = [];
  const env = {
    CLIPFLEET_DATABASE_URL: database.url,
    CLIPFLEET_NATS_URL: nats.url,
    CLIPFLEET_STORES: JSON.stringify([storeConfig]),
    CLIPFLEET_SIGNING_SECRET: 's'.repeat(32),
    CLIPFLEET_HTTP_PORT: '0',
    CLIPFLEET_HTTP_HOST: '127.0.0.1',
    CLIPFLEET_OPS_PORT: '0',
    CLIPFLEET_OPS_HOST: '127.0.0.1',
    CLIPFLEET_MIGRATE: 'false',
    CLIPFLEET_OUTBOX_POLL_MS: '200',
    // tests sweep by hand
    CLIPFLEET_SWEEP_MS: '3600000',
    CLIPFLEET_SHUTDOWN_GRACE_MS: '2000',
    CLIPFLEET_ACK_WAIT_MS: String(ACK_WAIT_MS),
  };

  return {
    bucket,
    rootPath,
    database,
    nats,
    store,
    ledger,
    tenantId,
    bus,
    exports: new ExportRepository(ledger),
    work: new WorkRepository(ledger),
    uploads: new UploadRepository(ledger),
    outbox: new OutboxRepository(ledger),
    sweep: new SweepRepository(ledger),

    async start(overrides: Record<string, string> = {}): Promise<NestFastifyApplication> {
      const config: GatewayConfig = loadConfig(gatewayConfigSchema, { ...env, ...overrides });
      const app = await startGateway(config, { logger });
      apps.push(app);
      return app;
    },
    async stopAll(): Promise<void> {
      for (const app of apps.splice(0)) await app.close();
    },
    service: (app: NestFastifyApplication): ExportService => app.get(ExportService),
    submission: (overrides: Partial<Output> = {}): SubmitInput => submissionOf(tenantId, bucket, overrides),

    /** What a planner would answer. */
    async plan(exportId: string, plan: Plan, generation = 1): Promise<void> {
      await bus.events.exportPlanned({ kind: 'export.planned', version: 1, exportId, generation, plan });
    },
    /** What a worker would do with a task of one part: writes it and reports. */
    async complete(
      exportId: string,
      taskIndex: number,
      body: Uint8Array,
      more: Pick<TaskCompleted, 'storyboard' | 'effort' | 'segments'> = {},
    ): Promise<void> {
      const record = (await this.exports.find(exportId))!;
      const at = uploadPlace(record.destination, record.plan);
      const part = await store.uploadPart(at, record.uploadId!, taskIndex + 1, body);
      await bus.events.taskCompleted({
        kind: 'task.completed',
        version: 1,
        exportId,
        generation: record.generation,
        taskIndex,
        parts: [part],
        storeCopyBytes: 0,
        workerBytes: body.length,
        ...more,
        warnings: [],
      });
    },
    /** All exports have completed two hours ago, by this plan; all their messages are published. */
    async endLongAgo(plan: Plan): Promise<void> {
      const longAgo = `now() - interval '2 hours'`;
      const { dataSource } = ledger;
      await dataSource.query(`UPDATE export SET state = 'completed', ended_at = ${longAgo}, plan = $1`, [
        JSON.stringify(plan),
      ]);
      await dataSource.query(`UPDATE outbox SET published_at = ${longAgo}`);
    },
    async untilState(exportId: string, state: ExportView['state'], generation = 1): Promise<void> {
      await waitUntil(
        async () => {
          const record = await this.exports.find(exportId);
          return record?.state === state && record.generation === generation;
        },
        { timeoutMs: 30_000, what: `export to be ${state} in generation ${generation}` },
      );
    },
    /** Messages a planner or worker would find, and takes: the next `count`. */
    async take(
      kind: keyof typeof workSubject,
      count: number,
      withinMs = 5_000,
    ): Promise<{ subject: string; json: Message }[]> {
      const consumer = await bus.js.consumers.get(WORK_STREAM, kind);
      const taken = [];
      const giveUpAtMs = Date.now() + withinMs;
      while (taken.length < count && Date.now() < giveUpAtMs) {
        const message = await consumer.next({ expires: Math.max(1_000, giveUpAtMs - Date.now()) });
        if (!message) break;
        await message.ackAck();
        taken.push({ subject: message.subject, json: message.json<Message>() });
      }
      return taken;
    },
    /** Messages that are not settled yet. */
    async waiting(kind: keyof typeof workSubject): Promise<number> {
      const info = await (await bus.js.consumers.get(WORK_STREAM, kind)).info();
      return info.num_pending + info.num_ack_pending;
    },
    async openUploads(): Promise<number> {
      return (await store.listUploads(bucket, '')).length;
    },
    async keys(): Promise<string[]> {
      const found = [];
      for await (const object of store.list(bucket, '')) found.push(object.key);
      return found;
    },
    async close(): Promise<void> {
      await this.stopAll();
      await bus.close();
      await ledger.close();
      await stores.close();
      await Promise.all([database.drop(), nats.stop(), rm(rootPath, { recursive: true, force: true })]);
      metricsRegistry.resetMetrics();
    },
  };
};
export type GatewayTest = Awaited<ReturnType<typeof openGatewayTest>>;

interface Message {
  exportId: string;
  generation: number;
}

const suffix: Partial<Record<Container, string>> = {
  image: 'jpg',
  storyboard: 'jpg',
  playlist: 'm3u8',
  'playlist-json': 'json',
  'playlist-jwe': 'tvu',
};

export const submissionOf = (tenantId: string, bucket: string, overrides: Partial<Output>): SubmitInput => {
  const container = overrides.container ?? 'ts';
  const output: Output = {
    container,
    cutMode: 'segment',
    codec: { kind: 'copy' },
    destination: { storeId: STORE_ID, bucket, key: `clips/${randomUUID()}.${suffix[container] ?? container}` },
    overwrite: true,
    storeCopy: true,
    pipeline: 'auto',
    gapPolicy: 'fail',
    annotations: { project: 'pp', description: 'ZGVzYw==' },
    ...overrides,
  };
  const source = { format: 'hls' as const, locations: [{ storeId: STORE_ID, bucket, key: 'rec/play.m3u8' }] };
  return {
    tenantId,
    fingerprint: createHash('sha256').update(randomBytes(16)).digest('hex'),
    edit: { clips: [{ source, range: { kind: 'from-start', startMs: 0, durationMs: 10_000 } }] },
    output,
    request: { UserId: 'u' },
  };
};

const coverage = {
  clock: 'recording' as const,
  requested: { startMs: 0, endMs: 10_000 },
  segmentBounds: { startMs: 0, endMs: 12_000 },
  planned: { startMs: 0, endMs: 12_000 },
  missing: [],
};

const taskOf = (index: number): PlannedTask => ({
  kind: 'ts-parts',
  source: { storeId: STORE_ID, bucket: 'out' },
  workBytes: 1000,
  lead: [],
  cutMode: 'segment',
  parts: [
    {
      partNumber: index + 1,
      method: 'stream',
      pieces: [{ segmentIndex: index, key: `rec/${index}.ts`, sizeBytes: 1000, durationTicks: 540_000, runIndex: 0 }],
    },
  ],
});

export const planOf = (taskCount: number): Plan => ({
  strategy: 'ts-parts',
  tasks: Array.from({ length: taskCount }, (_, index) => taskOf(index)),
  header: 'none',
  coverage,
  warnings: [{ code: 'w', message: 'planned' }],
});

export const playlistPlanIn = (bucket: string): Plan => ({
  strategy: 'playlist',
  tasks: [],
  header: 'none',
  coverage,
  playlist: {
    source: { storeId: STORE_ID, bucket, key: 'rec/play.m3u8' },
    targetDurationSeconds: 6,
    beginOffsetMs: 0,
    endOffsetMs: 2_000,
    entries: [0, 1].map((index) => ({ key: `rec/${index}.ts`, durationTicks: 540_000, discontinuity: false })),
  },
  warnings: [],
});

/** A part large enough not to be the last, of one repeated byte. */
export const partOf = (byte: number, sizeBytes = 5 * MIB): Uint8Array => new Uint8Array(sizeBytes).fill(byte);

/** What a thumb worker tells of a sheet of two tiles. */
export const sheetReport: StoryboardSheet = {
  ...{ columns: 2, tileWidth: 160, tileHeight: 90, tileCount: 2 },
  ...{ intervalTicks: 90_000, durationTicks: 180_000, missingTiles: [] },
};
