import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpRequestDurationSeconds, type Logger, nameRequestSpan } from '@clipfleet/platform';

/** One metric, one log line (polls: only with log level debug), a span's name and an `X-Request-Id` for every request. */
export const observeRequests = (fastify: FastifyInstance, logger: Logger): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (!request.is404) nameRequestSpan(request.method, routeOf(request));
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request);
    const status = String(reply.statusCode);
    // A stream of events lasts as long as its listener likes.
    if (!isEventStream(reply))
      httpRequestDurationSeconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    logAccess(logger, request, reply, route);
    done();
  });
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
    /** The answer is about the same export as the one before to the same request. */
    isPoll?: boolean;
  }
}
