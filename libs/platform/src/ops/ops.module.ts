import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { Logger } from '../logging/logger.js';
import { metricsRegistry } from '../metrics/registry.js';
import { shutdownTracing } from '../tracing/shutdown-tracing.js';
import { OpsServer } from './ops-server.js';
import { Readiness } from './readiness.js';

/** Injection token of the process's logger: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('clipfleet logger');

export interface OpsModuleOptions {
  logger: Logger;
  opsHost: string;
  opsPort: number;
}

/**
 * Global. Provides LOGGER, Readiness (register checks in your constructor or onModuleInit) and OpsServer. The server is up from
 * module initialisation until everything else has shut down; `/readyz` says no as soon as a shutdown begins.
 */
@Module({})
export class OpsModule implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(OpsServer) private readonly server: OpsServer,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  static register(options: OpsModuleOptions): DynamicModule {
    const readiness = new Readiness();
    const address = { host: options.opsHost, port: options.opsPort };
    return {
      module: OpsModule,
      global: true,
      providers: [
        { provide: LOGGER, useValue: options.logger },
        { provide: Readiness, useValue: readiness },
        { provide: OpsServer, useValue: new OpsServer(address, readiness, metricsRegistry, options.logger) },
      ],
      exports: [LOGGER, Readiness, OpsServer],
    };
  }

  async onModuleInit(): Promise<void> {
    await this.server.start();
  }

  onModuleDestroy(): void {
    this.readiness.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await shutdownTracing();
    await this.server.stop();
  }
}
