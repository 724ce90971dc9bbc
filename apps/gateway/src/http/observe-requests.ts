import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  beginRequestSpan,
  httpRequestDurationSeconds,
  inRequestSpan,
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
  fastify.addHook('preValidation', (request, _reply, done) => inRequestSpan(request.trace, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    inRequestSpan(request.trace, () => tellRequest(logger, request, reply));
    done();
  });
};

const tellRequest = (logger: Logger, request: FastifyRequest, reply: FastifyReply): void => {
  const route = routeOf(request);
  const status = String(reply.statusCode);
  // A stream of events lasts as long as its listener likes.
  if (!isEventStream(reply))
    httpRequestDurationSeconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  logAccess(logger, request, reply, route);
};

/** The template, never the path: few values, and no key or signature in metrics and logs. */
const routeOf = (request: FastifyRequest): string =>
  request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');

const isEventStream = (reply: FastifyReply): boolean => reply.getHeader('content-type') === 'text/event-stream';

/** The server's own failures are worth a warning; a client's mistake is not. A poll tells nothing that was not told before. */
const logAccess = (logger: Logger, request: FastifyRequest, reply: FastifyReply, route: string): void => {
  const { statusCode } = reply;
  const level = statusCode >= 500 ? 'warn' : request.isPoll === true ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const fields = {
    requestId: request.id,
    method: request.method,
    route,
    status: statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ...(request.exportId !== undefined && { exportId: request.exportId }),
  };
  logger[level](fields, 'request');
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
