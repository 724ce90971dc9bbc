import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connectJetStream, JetStreamModule, JetStreamServer, MessageBus, shutdownOptions } from '@clipfleet/jetstream';
import { createLogger, type Logger, NestLogger, OpsModule, Readiness } from '@clipfleet/platform';
import { consumedSubjects } from './consumed-subjects.js';
import type { GatewayConfig } from './gateway-config.js';
import { GatewayModule } from './gateway.module.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { HttpApiModule } from './http/http-api.module.js';
import { readPlayerOrigins } from './http/player-origins.js';
import { openLedger } from './ledger/ledger.module.js';

@Module({})
class GatewayApp {}

export interface GatewayOverrides {
  logger?: Logger;
}

/** The whole gateway: ledger, streams, consumers, HTTP; up when it resolves. */
export const startGateway = async (
  config: GatewayConfig,
  overrides: GatewayOverrides = {},
): Promise<NestFastifyApplication> => {
  const { logLevel: level, logPretty: pretty, opsHost, opsPort, natsUrl, ackWaitMs } = config;
  const logger = overrides.logger ?? createLogger({ app: 'gateway', level, pretty });
  const database = await openLedger(config, logger);
  const topology = { replicas: config.natsReplicas, ackWaitMs };
  const bus = await MessageBus.connect({ natsUrl, name: 'gateway', logger, topology });
  const imports: DynamicModule[] = [
    OpsModule.register({ logger, opsHost, opsPort }),
    // requests are accepted and answered from the ledger while NATS is away
    JetStreamModule.register(bus, { isNeededForTraffic: false }),
    GatewayModule.register(config, database),
    HttpApiModule.register(),
  ];
  const playerOrigins = readPlayerOrigins(config.playerOrigins);
  const adapter = createHttpAdapter({ logger, maxBodyBytes: config.maxBodyBytes, playerOrigins });
  const app = await NestFactory.create<NestFastifyApplication>({ module: GatewayApp, imports }, adapter, {
    logger: new NestLogger(logger),
  });
  // the ops server is up before the API is, and a request sent in between would be refused
  app.get(Readiness).register('http', () => {
    if (!app.getHttpServer().listening) throw new Error('the HTTP API is not listening');
  });
  const { shutdownGraceMs, maxDeaths } = config;
  const consumes = consumedSubjects(config.gatewayConcurrency);
  connectJetStream(app, new JetStreamServer(bus, { consumes, shutdownGraceMs, maxDeaths }));
  app.enableShutdownHooks([], shutdownOptions);
  await app.startAllMicroservices();
  await app.listen(config.httpPort, config.httpHost);
  logger.info({ url: await app.getUrl() }, 'the gateway is ready');
  return app;
};
