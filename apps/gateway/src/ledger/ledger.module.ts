import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  BacklogRepository,
  DispatchRepository,
  ExportRepository,
  FileCategoryRepository,
  FileJobRepository,
  FileRepository,
  LedgerDatabase,
  LedgerServerRepository,
  OutboxRepository,
  OutputRemovalRepository,
  ReturnedWorkRepository,
  runMigrations,
  SweepRepository,
  TenantClientRepository,
  TenantRepository,
  UploadRepository,
  WorkRepository,
} from '@clipfleet/ledger';
import { type Logger, Readiness } from '@clipfleet/platform';
import type { GatewayConfig } from '../gateway-config.js';

const repositories = [
  ExportRepository,
  WorkRepository,
  UploadRepository,
  OutboxRepository,
  SweepRepository,
  TenantRepository,
  TenantClientRepository,
  BacklogRepository,
  DispatchRepository,
  FileRepository,
  FileCategoryRepository,
  FileJobRepository,
  OutputRemovalRepository,
  ReturnedWorkRepository,
  LedgerServerRepository,
];

/** Global. Provides the ledger's repositories and the readiness check `ledger`; closes the pool after everything else. */
@Module({})
export class LedgerModule implements OnApplicationShutdown {
  constructor(
    @Inject(LedgerDatabase) private readonly database: LedgerDatabase,
    @Inject(Readiness) readiness: Readiness,
  ) {
    readiness.register('ledger', () => database.assertReady());
  }

  static register(database: LedgerDatabase): DynamicModule {
    const providers = [
      { provide: LedgerDatabase, useValue: database },
      ...repositories.map((repository) => ({ provide: repository, useValue: new repository(database) })),
    ];
    return { module: LedgerModule, global: true, providers, exports: providers };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

/** Who migrates may have begun together with us; what takes longer is waited for by the next start. */
const WAIT_FOR_SCHEMA_MS = 60_000;

/** Migrated, by us unless told not to, and connected; waits for a server that is just starting. Nothing of a gateway runs on an older schema. */
export const openLedger = async (config: GatewayConfig, logger: Logger): Promise<LedgerDatabase> => {
  const onWarning = (message: string, err: unknown): void => logger.warn({ err }, `ledger: ${message}`);
  const { databaseUrl: url, databasePoolSize: poolSize } = config;
  if (config.migrate) {
    const ran = await runMigrations(url, onWarning);
    if (ran.length > 0) logger.info({ migrations: ran }, 'the database schema is up to date');
  }
  const database = await LedgerDatabase.open({ url, poolSize, onWarning });
  try {
    await database.awaitSchema(WAIT_FOR_SCHEMA_MS);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
};
