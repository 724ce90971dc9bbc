import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { TestDatabase } from '@clipfleet/testing';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  ExportRepository,
  FileCategoryRepository,
  FileJobRepository,
  FileRepository,
  LedgerDatabase,
  OutputRemovalRepository,
  TenantClientRepository,
  type TenantGrant,
  TenantRepository,
} from '@clipfleet/ledger';
import { type Answer, type HearingListener, Questions } from '@clipfleet/jetstream';
import { createStores, OBJECT_STORES } from '@clipfleet/object-store';
import { createLogger, LOGGER } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { ExportCache } from '../exports/export-cache.js';
import { ExportChanges } from '../exports/export-changes.js';
import { ExportService, TenantService } from '../exports/export-service.js';
import { LedgerExportService } from '../exports/ledger-export-service.js';
import { OutputRemover } from '../exports/output-remover.js';
import { LiveProgress } from '../progress/live-progress.js';
import { LedgerTenantService } from '../tenants/ledger-tenant-service.js';
import { createHttpAdapter } from './http-adapter.js';
import { HttpApiModule } from './http-api.module.js';
import type { PlayerOrigins } from './player-origins.js';

export const TOKEN = 'token-of-acme';
export const OTHER_TOKEN = 'token-of-another-tenant';
const MAX_BODY_BYTES = 64 * 1024;

const config = {
  signingSecret: 'a secret of the tests',
  publicUrl: 'http://gateway.test',
  maxBodyBytes: MAX_BODY_BYTES,
  filesBucket: 'files',
  maxFileBytes: 16 * 1024 * 1024,
  maxRequestsPerSecond: 100_000,
  maxActiveExports: 50,
  maxRunningExports: 1_000,
  failedWindowMs: 60_000,
  pollWindowMs: 60_000,
  retentionMs: 3_600_000,
  outputExpiresMs: 0,
  exportSloMs: 60_000,
  exportSloCopyPercent: 5,
  exportSloEncodePercent: 100,
  accessTokenTtlMs: 3_600_000,
  snapshotWaitMs: 100,
} as GatewayConfig;

const grant = (bucket: string, canRead: boolean, canWrite: boolean, prefix = ''): TenantGrant => ({
  storeId: 'disk',
  bucket,
  prefix,
  canRead,
  canWrite,
});

/** No worker is up. */
const nobodyThere = new ClipfleetError('not-answered', 'no worker answered within 1 ms');

/** The HTTP APIs over a real ledger and a real `file` store. Nothing carries messages: jobs stay where a test puts them. */
export const startHttp = async (server: TestDatabase, playerOrigins: PlayerOrigins = '*') => {
  const folder = await mkdtemp(join(tmpdir(), 'clipfleet-http-'));
  const database = await LedgerDatabase.open({ url: server.url, poolSize: 10 });
  const tenants = new TenantRepository(database);
  const grants = [grant('recordings', true, false), grant('clips', true, true), grant('shared', false, true, 'acme/')];
  await tenants.seed({ slug: 'acme', token: TOKEN, grants });
  await tenants.seed({ slug: 'other', token: OTHER_TOKEN, grants });
  const stores = createStores(
    [{ id: 'disk', driver: 'file', locations: ['local'], rootPath: folder, syncWrites: false }],
    config,
  );
  for (const bucket of ['recordings', 'clips', 'shared', config.filesBucket])
    await stores.get('disk').ensureBucket(bucket);

  const logger = createLogger({ app: 'gateway', level: 'silent' });
  const exports = new ExportRepository(database);
  const core = createCore({ database, exports, tenants, stores, logger });
  /** A test may have an answer. */
  const questions = { probe: (): Promise<Answer> => Promise.reject(nobodyThere) };
  const app = await createApp({ ...core, questions }, logger, playerOrigins);
  return {
    app,
    database,
    exports,
    stores,
    files: core.files,
    questions,
    tenants,
    clients: core.clients,
    folder,
    changes: core.changes,
    countExports: async (): Promise<number> => {
      const rows = await database.dataSource.query<{ count: string }[]>('SELECT count(*) FROM export');
      return Number(rows[0].count);
    },
    async stop(): Promise<void> {
      await app.close();
      await database.close();
      await stores.close();
      await server.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
export type HttpUnderTest = Awaited<ReturnType<typeof startHttp>>;

interface CoreParts {
  database: LedgerDatabase;
  exports: ExportRepository;
  tenants: TenantRepository;
  stores: ReturnType<typeof createStores>;
  logger: ReturnType<typeof createLogger>;
}

/** The real services; the live subjects between gateways lead nowhere, since there is one. */
const createCore = ({ database, exports, tenants, stores, logger }: CoreParts) => {
  const cache = new ExportCache({ retentionMs: config.retentionMs });
  const ignored = () => undefined;
  const nowhere = {
    exportChanged: ignored,
    signal: ignored,
    oneWaits: ignored,
    onMoved: ignored,
    onGivenUp: ignored,
    onExportChanged: ignored,
    followHearing: (listener: HearingListener) => listener.onHeard(),
    delivered: () => Promise.resolve(),
  };
  const none = nowhere as never;
  const tenantService = new LedgerTenantService(tenants);
  const changes = new ExportChanges(cache, none, none, none, none, logger, config, tenantService);
  const service = new LedgerExportService(
    exports,
    cache,
    changes,
    new LiveProgress(none),
    tenantService,
    stores,
    new OutputRemover(new OutputRemovalRepository(database), stores, logger),
    config,
    logger,
  );
  const files = new FileRepository(database);
  const clients = new TenantClientRepository(database);
  return {
    changes,
    tenantService,
    service,
    stores,
    files,
    clients,
    categories: new FileCategoryRepository(database),
    jobs: new FileJobRepository(database),
  };
};

const createApp = async (
  core: ReturnType<typeof createCore> & { questions: Pick<Questions, 'probe'> },
  logger: CoreParts['logger'],
  playerOrigins: PlayerOrigins,
): Promise<NestFastifyApplication> => {
  const providers = [
    { provide: ExportService, useValue: core.service },
    { provide: TenantService, useValue: core.tenantService },
    { provide: OBJECT_STORES, useValue: core.stores },
    { provide: GATEWAY_CONFIG, useValue: config },
    { provide: LOGGER, useValue: logger },
    { provide: Questions, useValue: core.questions },
    { provide: TenantClientRepository, useValue: core.clients },
    { provide: FileRepository, useValue: core.files },
    { provide: FileCategoryRepository, useValue: core.categories },
    { provide: FileJobRepository, useValue: core.jobs },
    { provide: LedgerTenantService, useValue: core.tenantService },
    { provide: ExportChanges, useValue: core.changes },
  ];
  @Global()
  @Module({ providers, exports: providers })
  class CoreModule {}

  const testing = await Test.createTestingModule({ imports: [CoreModule, HttpApiModule.register()] }).compile();
  const adapter = createHttpAdapter({ logger, maxBodyBytes: MAX_BODY_BYTES, playerOrigins });
  const app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
};
