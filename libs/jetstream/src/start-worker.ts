import { type DynamicModule, Module } from '@nestjs/common';
import { createLogger, OpsModule } from '@clipfleet/platform';
import { JetStreamModule } from './jetstream.module.js';
import { JetStreamServer } from './jetstream-server.js';
import { MessageBus } from './message-bus.js';
import { createWorkerApp } from './nest-app.js';

/** The part of every app's configuration (`baseVariables`) that a worker needs. */
export interface WorkerConfig {
  logLevel: string;
  logPretty: boolean;
  opsHost: string;
  opsPort: number;
  natsUrl: string;
  natsReplicas: number;
  ackWaitMs: number;
  shutdownGraceMs: number;
  maxDeaths: number;
}

export interface WorkerOptions {
  /** The app's name. */
  name: string;
  config: WorkerConfig;
  /** Subject → messages of it this process handles at once. */
  consumes: Readonly<Record<string, number>>;
  /** The app's own module: its controllers handle the subjects. */
  module: DynamicModule;
}

@Module({})
class WorkerModule {}

/** Starts a process that only works on messages: connection, ops server, the app's module; until it is told to stop. */
export const startWorker = async ({ name, config, consumes, module }: WorkerOptions): Promise<void> => {
  const { logLevel, logPretty, natsUrl, natsReplicas, ackWaitMs, opsHost, opsPort } = config;
  const logger = createLogger({ app: name, level: logLevel, pretty: logPretty });
  const bus = await MessageBus.connect({ natsUrl, name, logger, topology: { replicas: natsReplicas, ackWaitMs } });
  const imports = [OpsModule.register({ logger, opsHost, opsPort }), JetStreamModule.register(bus), module];
  const { shutdownGraceMs, maxDeaths } = config;
  const server = new JetStreamServer(bus, { consumes, shutdownGraceMs, maxDeaths });
  const app = await createWorkerApp({ module: WorkerModule, imports }, server, logger);
  await app.listen();
};
