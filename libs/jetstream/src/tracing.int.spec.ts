import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import { type OtlpReceiver, SPAN_KIND, startOtlpReceiver, startTestNats } from '@clipfleet/testing';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { taskRequested } from './testing/messages.js';

describe('tracing', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let receiver: OtlpReceiver;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    // the child runs what is built
    const root = path.join(import.meta.dirname, '../../..');
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'libs/jetstream'], { cwd: root });
    nats = await startTestNats();
    receiver = await startOtlpReceiver();
  });
  afterAll(async () => {
    await receiver?.close();
    await nats?.stop();
  });
  beforeEach(() => receiver.forget());
  afterEach(() => {
    if (child?.exitCode === null) child.kill('SIGKILL');
  });

  const run = async (env: Record<string, string>, message = taskRequested()) => {
    child = fork(path.join(import.meta.dirname, 'testing/tracing-child.mjs'), {
      execArgv: [],
      env: { PATH: process.env['PATH'], CLIPFLEET_NATS_URL: nats.url, MESSAGE: JSON.stringify(message), ...env },
    });
    const [[told], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
    expect(code).toBe(0);
    return told as { traceId: string; logged: Record<string, unknown> };
  };
  it('joins the request, the publication and the work on it to one trace, sent before the process ends', async () => {
    const message = taskRequested();
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const { traceId, logged } = await run({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, message);

    const spanOf = (kind: number) => receiver.spans().find((span) => span.kind === kind);
    const [request, published, processed] = [SPAN_KIND.SERVER, SPAN_KIND.PRODUCER, SPAN_KIND.CONSUMER].map(spanOf);
    const parentSpanId = published?.spanId;
    expect(published).toMatchObject({ name: `send ${workSubject.thumb}`, traceId, parentSpanId: request?.spanId });
    expect(processed).toMatchObject({ name: `process ${workSubject.thumb}`, traceId, parentSpanId });
    expect(processed?.links).toMatchObject([{ traceId, spanId: published?.spanId }]);
    expect(processed?.attributes).toMatchObject({
      'messaging.system': 'nats',
      'messaging.operation.type': 'process',
      'messaging.destination.name': workSubject.thumb,
      'messaging.consumer.group.name': 'thumb',
      'messaging.message.id': published?.attributes['messaging.message.id'],
      'messaging.message.body.size': published?.attributes['messaging.message.body.size'],
      'clipfleet.export_id': message.exportId,
      'clipfleet.outcome': 'done',
    });
    expect(logged).toMatchObject({ traceId, exportId: message.exportId });
  });

  it('is off without an endpoint', async () => {
    const { traceId, logged } = await run({});
    expect(traceId).toBe('not traced');
    expect(logged).not.toHaveProperty('traceId');
    expect(receiver.spans()).toEqual([]);
  });
});
