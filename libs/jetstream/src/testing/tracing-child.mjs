// A process that is traced as an app's main.ts is: the import below comes first and nothing else is done for it. Publishes one
// task while it answers an HTTP request, works on it, and ends as an app ends. Environment: CLIPFLEET_NATS_URL, MESSAGE.
import '../../../platform/dist/otel.js';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Controller, Module } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { workSubject } from '@clipfleet/contracts';
import { beginRequestSpan, createLogger, currentTraceId, inRequestSpan, OpsModule } from '@clipfleet/platform';
import { Consumes, createWorkerApp, done, JetStreamModule, JetStreamServer, MessageBus } from '../../dist/index.js';

let worked;
const work = new Promise((resolve) => (worked = resolve));
class TracedConsumer {
  async handle() {
    logger.info('inside');
    worked();
    return done;
  }
}
Controller()(TracedConsumer);
Payload()(TracedConsumer.prototype, 'handle', 0);
Ctx()(TracedConsumer.prototype, 'handle', 1);
Consumes(workSubject.thumb)(
  TracedConsumer.prototype,
  'handle',
  Object.getOwnPropertyDescriptor(TracedConsumer.prototype, 'handle'),
);

const lines = [];
const logger = createLogger({ app: 'traced', level: 'info', destination: { write: (line) => lines.push(line) } });
const bus = await MessageBus.connect({ natsUrl: process.env.CLIPFLEET_NATS_URL, name: 'traced', logger });
class TracedModule {}
Module({
  imports: [OpsModule.register({ logger, opsHost: '127.0.0.1', opsPort: 0 }), JetStreamModule.register(bus)],
  controllers: [TracedConsumer],
})(TracedModule);
const server = new JetStreamServer(bus, { consumes: { [workSubject.thumb]: 1 }, shutdownGraceMs: 1_000 });
const app = await createWorkerApp(TracedModule, server, logger);
await app.listen();

const answerRequest = async (response) => {
  const message = JSON.parse(process.env.MESSAGE);
  await bus.outbox.publishRaw(workSubject.thumb, message, { msgId: message.exportId });
  response.end(currentTraceId() ?? 'not traced');
};
const http = createServer((request, response) =>
  inRequestSpan(beginRequestSpan(request, response, '/exports'), () => void answerRequest(response)),
).listen(0, '127.0.0.1');
await once(http, 'listening');
const answer = await fetch(`http://127.0.0.1:${http.address().port}/exports`);
const traceId = await answer.text();
await work;
http.close();
await app.close();
process.send({ traceId, logged: JSON.parse(lines.find((line) => line.includes('inside'))) });
process.disconnect();
