import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { tracer } from './spans.js';

/** Made by {@link beginRequestSpan}. */
export type RequestTrace = Context;

/** Methods that a span may be named by (RFC 9110, RFC 5789): a client may send any word. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/** RFC 9110 §7.2 */
const HOST = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/;

/**
 * The context of a request with its SERVER span (OpenTelemetry semantic conventions 1.44, HTTP server), a child of the caller's where
 * its headers say so. Most requests are of traces that are not recorded: for those nothing but the decision is made. The span ends
 * with the response. `route`: the template; undefined: none.
 */
export const beginRequestSpan = (
  request: IncomingMessage,
  response: ServerResponse,
  route: string | undefined,
): RequestTrace => {
  const parent = hasTrace(request.headers) ? propagation.extract(ROOT_CONTEXT, request.headers) : ROOT_CONTEXT;
  const method = METHODS.has(request.method ?? '') ? request.method! : undefined;
  const name = method ?? 'HTTP';
  const span = tracer.startSpan(route === undefined ? name : `${name} ${route}`, { kind: SpanKind.SERVER }, parent);
  if (span.isRecording()) {
    span.setAttributes(requestAttributes(request, method));
    if (route !== undefined) span.setAttribute('http.route', route);
    // also when the client goes away before its answer
    response.once('close', () => endRequestSpan(span, response));
  }
  return trace.setSpan(parent, span);
};

/** Runs `fn`, and all that it begins, in the context of a request. */
export const inRequestSpan = (request: RequestTrace, fn: () => void): void => context.with(request, fn);

/** Whether the span of a request is kept: of one that is not, nobody asks. */
export const isRecorded = (request: RequestTrace): boolean => trace.getSpan(request)?.isRecording() === true;

const hasTrace = (headers: IncomingHttpHeaders): boolean =>
  propagation.fields().some((field) => headers[field] !== undefined);

const requestAttributes = (request: IncomingMessage, method: string | undefined): Attributes => {
  const { headers, socket, httpVersion } = request;
  const [path, query] = (request.url ?? '').split('?', 2);
  const [, host, port] = HOST.exec(headers.host ?? '') ?? [];
  const forwardedFor = headers['x-forwarded-for'];
  return {
    'http.request.method': method ?? '_OTHER',
    'http.request.method_original': method === undefined ? request.method : undefined,
    'url.scheme': 'encrypted' in socket ? 'https' : 'http',
    'url.path': path,
    'url.query': query && withoutValues(query),
    'server.address': host || undefined,
    'server.port': port && Number(port),
    'client.address': String(forwardedFor ?? socket.remoteAddress ?? '').split(',', 1)[0] || undefined,
    'network.peer.address': socket.remoteAddress,
    'network.peer.port': socket.remotePort,
    'network.protocol.version': httpVersion,
    'user_agent.original': headers['user-agent'],
  };
};

/** Values may be signatures: the conventions want secrets scrubbed. */
const withoutValues = (query: string): string => query.replaceAll(/=[^&]*/g, '=REDACTED');

const endRequestSpan = (span: Span, response: ServerResponse): void => {
  if (response.headersSent) span.setAttribute('http.response.status_code', response.statusCode);
  const errorType = errorTypeOf(response);
  if (errorType !== undefined) {
    span.setAttribute('error.type', errorType);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
};

/** The server's own failures; what a client does wrong is none. */
const errorTypeOf = ({ statusCode, headersSent, writableFinished }: ServerResponse): string | undefined => {
  if (headersSent && statusCode >= 500) return String(statusCode);
  return writableFinished ? undefined : 'aborted';
};
