import { Controller, Module, type Type } from '@nestjs/common';
import type { INestMicroservice } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { createLogger, type Logger, OpsModule } from '@clipfleet/platform';
import { Consumes } from '../consumes.js';
import { createWorkerApp } from '../nest-app.js';
import { JetStreamModule } from '../jetstream.module.js';
import { JetStreamServer } from '../jetstream-server.js';
import { MessageBus } from '../message-bus.js';
import type { TopologyOptions } from '../topology.js';
import type { WorkContext } from '../work-context.js';

export type TestHandler = (message: never, context: WorkContext) => unknown;

export interface TestWorkerOptions {
  natsUrl: string;
  handlers: Record<string, TestHandler>;
  slots?: number;
  /** Instead of one for each handler. */
  consumes?: Record<string, number>;
  shutdownGraceMs?: number;
  maxDeaths?: number;
  topology?: Partial<TopologyOptions>;
}

export interface TestWorker {
  bus: MessageBus;
  app: INestMicroservice;
  /** What it logged, one JSON object a line. */
  logs: Record<string, unknown>[];
  close(): Promise<void>;
}

/** Short, so that what a dead worker held comes back within a test. */
export const testTopology = { ackWaitMs: 1_000, storage: 'file' as const };

export const connectTestBus = (
  natsUrl: string,
  logger: Logger,
  topology?: Partial<TopologyOptions>,
): Promise<MessageBus> =>
  MessageBus.connect({ natsUrl, name: 'test', logger, topology: { ...testTopology, ...topology } });

export const collectLogs = (): { logger: Logger; logs: Record<string, unknown>[] } => {
  const logs: Record<string, unknown>[] = [];
  const write = (line: string) => void logs.push(JSON.parse(line) as Record<string, unknown>);
  return { logs, logger: createLogger({ app: 'test', level: 'debug', destination: { write } }) };
};

/** A whole worker app as main.ts builds it, in this process. */
export const startTestWorker = async (options: TestWorkerOptions): Promise<TestWorker> => {
  const { logger, logs } = collectLogs();
  const bus = await connectTestBus(options.natsUrl, logger, options.topology);
  const subjects = Object.keys(options.handlers);
  const consumes = options.consumes ?? Object.fromEntries(subjects.map((subject) => [subject, options.slots ?? 2]));
  const server = new JetStreamServer(bus, {
    ...{ consumes, shutdownGraceMs: options.shutdownGraceMs ?? 5_000 },
    ...(options.maxDeaths !== undefined && { maxDeaths: options.maxDeaths }),
  });
  const controllers = Object.entries(options.handlers).map(([subject, handler]) => controllerOf(subject, handler));
  const app = await createWorkerApp(moduleOf(bus, logger, controllers), server, logger);
  try {
    await app.listen();
  } catch (error) {
    await bus.close();
    await app.close();
    throw error;
  }
  return { bus, app, logs, close: () => app.close() };
};

const controllerOf = (subject: string, handler: TestHandler): Type => {
  @Controller()
  class TestConsumer {
    @Consumes(subject)
    async handle(@Payload() message: unknown, @Ctx() context: WorkContext): Promise<unknown> {
      return handler(message as never, context);
    }
  }
  return TestConsumer;
};

const moduleOf = (bus: MessageBus, logger: Logger, controllers: Type[]): Type => {
  const ops = OpsModule.register({ logger, opsHost: '127.0.0.1', opsPort: 0 });
  @Module({ imports: [ops, JetStreamModule.register(bus)], controllers })
  class TestModule {}
  return TestModule;
};
