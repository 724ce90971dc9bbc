import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  beginRequestSpan,
  httpRequestDurationSeconds,
  inRequestSpan,
  isRecorded,
  type Logger,
  type RequestTrace,
} from '@clipfleet/platform';

/** One metric, one log line (polls: only with log level debug), one span and an `X-Request-Id` for every request. */
export const observeRequests = (fastify: FastifyInstance, logger: Logger): void => {
  fastify.decorateRequest('trace');
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    request.trace = beginRequestSpan(request.raw, reply.raw, request.is404 ? undefined : routeOf(request));
    done();
  });
  // not before a body is read: what has read it goes on where the socket was read
  fastify.addHook('preHandler', (request, _reply, done) => inRequestSpan(request.trace, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const logLevel = logLevelOf(request, reply);
    const isLogged = logger.isLevelEnabled(logLevel);
    const tell = (): void => {
      const route = routeOf(request);
      countRequest(request, reply, route);
      if (isLogged) logAccess(logger[logLevel].bind(logger), request, reply, route);
    };
    // an exemplar and a log line name the trace; most polls have neither
    if (isLogged || isRecorded(request.trace)) inRequestSpan(request.trace, tell);
    else tell();
    done();
  });
};

const countRequest = (request: FastifyRequest, reply: FastifyReply, route: string): void => {
  const status = String(reply.statusCode);
  // A stream of events lasts as long as its listener likes.
  if (!isEventStream(reply))
    httpRequestDurationSeconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
};

/** The template, never the path: few values, and no key or signature in metrics and logs. */
const routeOf = (request: FastifyRequest): string =>
  request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');

const isEventStream = (reply: FastifyReply): boolean => reply.getHeader('content-type') === 'text/event-stream';

/** The server's own failures are worth a warning; a client's mistake is not. A poll tells nothing that was not told before. */
const logLevelOf = (request: FastifyRequest, { statusCode }: FastifyReply): 'warn' | 'debug' | 'info' => {
  if (statusCode >= 500) return 'warn';
  return request.isPoll === true ? 'debug' : 'info';
};

const logAccess = (log: Logger['info'], request: FastifyRequest, reply: FastifyReply, route: string): void => {
  const fields = {
    requestId: request.id,
    method: request.method,
    route,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ...(request.exportId !== undefined && { exportId: request.exportId }),
  };
  log(fields, 'request');
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by a controller that knows: the access log tells it. */
    exportId?: string;
    /** Its span, recorded or not. */
    trace: RequestTrace;
    /** The answer is about the same export as the one before to the same request. */
    isPoll?: boolean;
  }
}
