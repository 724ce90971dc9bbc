import { once } from 'node:events';
import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { beginRequestSpan, inRequestSpan } from './request-span.js';
import { traceHeaders } from './messaging-spans.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const sampled = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` };

const exporter = new InMemorySpanExporter();
let status: number;
let route: string | undefined;
let answered: Promise<unknown>;
let headersInside: Record<string, string>;
let server: Server;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  // nothing is sampled but what a caller has sampled
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) });
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  server = createServer((request, response) =>
    inRequestSpan(beginRequestSpan(request, response, route), () => {
      // after the span's own listener
      answered = once(response, 'close');
      headersInside = traceHeaders();
      if (request.url === '/aborted') request.destroy();
      else response.writeHead(status).end();
    }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});
afterEach(() => exporter.reset());

const ask = async (
  path: string,
  headers: Record<string, string>,
  { method = 'POST', answer = 200, hasRoute = true } = {},
): Promise<ReadableSpan[]> => {
  status = answer;
  route = hasRoute ? '/v1/files/:id' : undefined;
  const { port } = server.address() as AddressInfo;
  const sent = send({ port, path, method, headers, agent: false }).end();
  const [response] = (await once(sent, 'response').catch(() => [])) as { resume(): void }[];
  response?.resume();
  await answered;
  return exporter.getFinishedSpans();
};

describe('the span of a request', () => {
  it('is a child of the caller’s, named by its route, with the attributes of the conventions', async () => {
    const [span] = await ask('/v1/files/a?signature=secret&x', {
      ...sampled,
      'user-agent': 'test',
      'x-forwarded-for': '10.1.2.3, 10.0.0.1',
      host: 'clips.example:8443',
    });
    expect(span).toMatchObject({ name: 'POST /v1/files/:id', kind: SpanKind.SERVER });
    expect(span.parentSpanContext).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, isRemote: true });
    expect(span.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/files/:id',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.path': '/v1/files/a',
      'url.query': 'signature=REDACTED&x',
      'server.address': 'clips.example',
      'server.port': 8443,
      'client.address': '10.1.2.3',
      'network.peer.address': '127.0.0.1',
      'network.protocol.version': '1.1',
      'user_agent.original': 'test',
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(headersInside['traceparent']).toBe(`00-${TRACE_ID}-${span.spanContext().spanId}-01`);
  });

  it('is named by its method alone where there is no route, and by no word that a client made up', async () => {
    const [unmatched] = await ask('/nowhere', sampled, { hasRoute: false, answer: 404 });
    expect([unmatched.name, unmatched.status.code]).toEqual(['POST', SpanStatusCode.UNSET]);
    const [, other] = await ask('/', sampled, { method: 'PROPFIND' });
    expect(other.name).toBe('HTTP /v1/files/:id');
    expect(other.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
    });
  });

  it('tells a failure of the server, and an answer that never came', async () => {
    const [failed] = await ask('/', sampled, { answer: 503 });
    expect([failed.status.code, failed.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, '503']);
    const [, aborted] = await ask('/aborted', sampled);
    expect(aborted.attributes['error.type']).toBe('aborted');
    expect(aborted.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('is not recorded where nobody has sampled it, and what the request causes is not either', async () => {
    expect(await ask('/', {})).toEqual([]);
    expect(headersInside['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    const unsampled = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` };
    expect(await ask('/', unsampled)).toEqual([]);
    expect(headersInside['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  });
});
