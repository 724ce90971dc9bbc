import type { DynamicModule, INestApplication, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { type Logger, NestLogger } from '@clipfleet/platform';
import type { JetStreamServer } from './jetstream-server.js';

/**
 * For `enableShutdownHooks`. Nest ends by raising the signal again, so that who sent it sees that it worked; but the kernel
 * ignores a signal without a handler for process 1 of a container (pid_namespaces(7)), which would then run on.
 */
export const shutdownOptions = { useProcessExit: process.pid === 1 };

/** A process that only works on messages: planner and workers. `listen()` it. */
export const createWorkerApp = async (
  module: Type | DynamicModule,
  server: JetStreamServer,
  logger: Logger,
): Promise<INestMicroservice> => {
  const options = { strategy: server, logger: new NestLogger(logger) };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, options);
  app.enableShutdownHooks([], shutdownOptions);
  return app;
};

/** A process that also has an HTTP API: the gateway. Then `app.startAllMicroservices()` and `app.listen()`. */
export const connectJetStream = (app: INestApplication, server: JetStreamServer): INestMicroservice =>
  app.connectMicroservice<MicroserviceOptions>({ strategy: server }, { inheritAppConfig: false });
