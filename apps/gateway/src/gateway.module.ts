import { type DynamicModule, Module } from '@nestjs/common';
import type { LedgerDatabase } from '@clipfleet/ledger';
import { createStores, StoresModule } from '@clipfleet/object-store';
import { Assembler } from './assembly/assembler.js';
import { EarlyJoining } from './assembly/early-joining.js';
import { MergedHeader } from './assembly/merged-header.js';
import { PlaylistOutput } from './assembly/playlist-output.js';
import { SmallObjectWriter } from './assembly/small-object-writer.js';
import { StoryboardTrack } from './assembly/storyboard-track.js';
import { UploadCompletion } from './assembly/upload-completion.js';
import { Cleaner } from './cleanup/cleaner.js';
import { AssembleConsumer } from './consumers/assemble.consumer.js';
import { AttemptFailedConsumer } from './consumers/attempt-failed.consumer.js';
import { CleanupConsumer } from './consumers/cleanup.consumer.js';
import { ExtendedConsumer } from './consumers/extended.consumer.js';
import { PlannedConsumer } from './consumers/planned.consumer.js';
import { TaskCompletedConsumer } from './consumers/task-completed.consumer.js';
import { WorkReturnedConsumer } from './consumers/work-returned.consumer.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { ReturnedWork } from './dispatch/returned-work.js';
import { ExportCache } from './exports/export-cache.js';
import { ExportChanges } from './exports/export-changes.js';
import { ExportService } from './exports/export-service.js';
import { LedgerExportService } from './exports/ledger-export-service.js';
import { OutputRemover } from './exports/output-remover.js';
import { FileRemover } from './files/file-remover.js';
import { GATEWAY_CONFIG, type GatewayConfig } from './gateway-config.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { BacklogGauge } from './metrics/backlog-gauge.js';
import { LedgerGauges } from './metrics/ledger-gauges.js';
import { LedgerServerGauges } from './metrics/ledger-server-gauges.js';
import { NatsGauges } from './metrics/nats-gauges.js';
import { QueueDepth } from './metrics/queue-depth.js';
import { TaskSpeeds } from './metrics/task-speeds.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { LiveProgress } from './progress/live-progress.js';
import { Clearing } from './sweep/clearing.js';
import { ConsumerRepair } from './sweep/consumer-repair.js';
import { QueuedMessages } from './sweep/queued-messages.js';
import { Repair } from './sweep/repair.js';
import { Sweeper } from './sweep/sweeper.js';
import { LedgerTenantService } from './tenants/ledger-tenant-service.js';
import { TenantService } from './tenants/tenant-service.js';
import { UploadOpener } from './uploads/upload-opener.js';

const core = [
  {
    provide: ExportCache,
    useFactory: ({ retentionMs }: GatewayConfig) => new ExportCache({ retentionMs }),
    inject: [GATEWAY_CONFIG],
  },
  ExportChanges,
  LiveProgress,
  OutboxRelay,
  Dispatcher,
  ReturnedWork,
  UploadOpener,
  UploadCompletion,
  SmallObjectWriter,
  PlaylistOutput,
  StoryboardTrack,
  MergedHeader,
  EarlyJoining,
  Assembler,
  Cleaner,
  FileRemover,
  OutputRemover,
  QueuedMessages,
  ConsumerRepair,
  Repair,
  Clearing,
  Sweeper,
  QueueDepth,
  TaskSpeeds,
  BacklogGauge,
  LedgerGauges,
  LedgerServerGauges,
  NatsGauges,
  LedgerTenantService,
  { provide: TenantService, useExisting: LedgerTenantService },
  LedgerExportService,
  { provide: ExportService, useExisting: LedgerExportService },
];

/**
 * Global. The core of the gateway: the life of exports between HTTP (ExportService, TenantService) and the streams. Needs
 * OpsModule and JetStreamModule.
 */
@Module({})
export class GatewayModule {
  static register(config: GatewayConfig, database: LedgerDatabase): DynamicModule {
    const { signingSecret, publicUrl } = config;
    const configProvider = { provide: GATEWAY_CONFIG, useValue: config };
    return {
      module: GatewayModule,
      global: true,
      imports: [
        LedgerModule.register(database),
        StoresModule.register(createStores(config.stores, { signingSecret, publicUrl })),
      ],
      controllers: [
        PlannedConsumer,
        ExtendedConsumer,
        TaskCompletedConsumer,
        AttemptFailedConsumer,
        WorkReturnedConsumer,
        AssembleConsumer,
        CleanupConsumer,
      ],
      providers: [configProvider, ...core],
      exports: [configProvider, ExportService, TenantService, LedgerTenantService, ExportChanges],
    };
  }
}
