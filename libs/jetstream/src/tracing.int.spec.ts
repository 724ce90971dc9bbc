import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import { startTestNats } from '@clipfleet/testing';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { taskRequested } from './testing/messages.js';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: { stringValue?: string } }[];
}
interface OtlpTraces {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}
/** As numbered in opentelemetry-proto's trace.proto */
const SERVER = 2;
const PRODUCER = 4;
const CONSUMER = 5;

describe('tracing', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let receiver: Server;
  let spans: Span[];
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    // the child runs what is built
    const root = path.join(import.meta.dirname, '../../..');
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'libs/jetstream'], { cwd: root });
    nats = await startTestNats();
    receiver = createServer((request, response) => void receive(request).then(() => response.end('{}')));
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  afterAll(async () => {
    receiver?.close();
    await nats?.stop();
  });
  beforeEach(() => {
    spans = [];
  });
  afterEach(() => {
    if (child?.exitCode === null) child.kill('SIGKILL');
  });

  const receive = async (request: IncomingMessage): Promise<void> => {
    const { resourceSpans } = JSON.parse(await text(request)) as OtlpTraces;
    for (const { scopeSpans } of resourceSpans) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
  };
  const run = async (env: Record<string, string>, message = taskRequested()) => {
    child = fork(path.join(import.meta.dirname, 'testing/tracing-child.mjs'), {
      execArgv: [],
      env: { PATH: process.env['PATH'], CLIPFLEET_NATS_URL: nats.url, MESSAGE: JSON.stringify(message), ...env },
    });
    const [[told], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
    expect(code).toBe(0);
    return told as { traceId: string; logged: Record<string, unknown> };
  };
  const attribute = (span: Span, key: string) => span.attributes.find((a) => a.key === key)?.value.stringValue;

  it('joins the request, the publication and the work on it to one trace, sent before the process ends', async () => {
    const { port } = receiver.address() as AddressInfo;
    const message = taskRequested();
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const { traceId, logged } = await run({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, message);

    const request = spans.find((span) => span.kind === SERVER);
    const published = spans.find((span) => span.kind === PRODUCER);
    const processed = spans.find((span) => span.kind === CONSUMER);
    expect(published).toMatchObject({ name: `send ${workSubject.thumb}`, traceId, parentSpanId: request?.spanId });
    expect(processed).toMatchObject({ name: `process ${workSubject.thumb}`, traceId, parentSpanId: published?.spanId });
    expect(attribute(processed!, 'messaging.system')).toBe('nats');
    expect(attribute(processed!, 'messaging.destination.name')).toBe(workSubject.thumb);
    expect(attribute(processed!, 'clipfleet.export_id')).toBe(message.exportId);
    expect(attribute(processed!, 'clipfleet.outcome')).toBe('done');
    expect(logged).toMatchObject({ traceId, exportId: message.exportId });
  });

  it('is off without an endpoint', async () => {
    const { traceId, logged } = await run({});
    expect(traceId).toBe('not traced');
    expect(logged).not.toHaveProperty('traceId');
    expect(spans).toEqual([]);
  });
});
