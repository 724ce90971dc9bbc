// A worker app in a process of its own, for tests that end it with signals. Plain JavaScript over the built lib: nothing compiles
// it. Environment: CLIPFLEET_NATS_URL, GRACE_MS, ON_ABORT (`return`: the handler heeds its signal; `ignore`: it does not).
import { Controller, Module } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { workSubject } from '@clipfleet/contracts';
import { createLogger, OpsModule } from '@clipfleet/platform';
import { Consumes, createWorkerApp, JetStreamModule, JetStreamServer, MessageBus } from '../../dist/index.js';

class HangingConsumer {
  async handle(message, context) {
    process.send({ working: message.exportId, deliveryCount: context.deliveryCount });
    await new Promise((resolve) => {
      if (process.env.ON_ABORT === 'return') context.signal.addEventListener('abort', resolve, { once: true });
    });
    throw context.signal.reason;
  }
}
Controller()(HangingConsumer);
Payload()(HangingConsumer.prototype, 'handle', 0);
Ctx()(HangingConsumer.prototype, 'handle', 1);
Consumes(workSubject.segment)(
  HangingConsumer.prototype,
  'handle',
  Object.getOwnPropertyDescriptor(HangingConsumer.prototype, 'handle'),
);

const logger = createLogger({ app: 'child', level: 'warn' });
const topology = { ackWaitMs: 1_000 };
const bus = await MessageBus.connect({ natsUrl: process.env.CLIPFLEET_NATS_URL, name: 'child', logger, topology });
class ChildModule {}
Module({
  imports: [OpsModule.register({ logger, opsHost: '127.0.0.1', opsPort: 0 }), JetStreamModule.register(bus)],
  controllers: [HangingConsumer],
})(ChildModule);
const consumes = { [workSubject.segment]: 2 };
const server = new JetStreamServer(bus, { consumes, shutdownGraceMs: Number(process.env.GRACE_MS) });
const app = await createWorkerApp(ChildModule, server, logger);
await app.listen();
