import type { FastifyInstance } from 'fastify';

/** Every origin, none, or these. */
export type PlayerOrigins = '*' | readonly string[];

/** `*`, `none`, or origins with commas between them. */
export const PLAYER_ORIGINS = /^(\*|none|https?:\/\/[^/,\s]+(,https?:\/\/[^/,\s]+)*)$/;

export const readPlayerOrigins = (text: string): PlayerOrigins => {
  if (text === '*') return '*';
  return text === 'none' ? [] : text.split(',');
};

/** Addresses of media: what players read. */
const MEDIA = /^\/(cdn|files)\//;
/** How long a browser need not ask again; none keeps it longer than some hours. */
const MAX_AGE_SECONDS = 7_200;
const METHODS = 'GET, HEAD';
/** Without `Range` a player cannot take parts of a file; browsers differ in which of these they ask about. */
const REQUEST_HEADERS = 'range, if-range, if-none-match';
const RESPONSE_HEADERS = 'content-length, content-range, accept-ranges, etag';

/**
 * Pages of other hosts may play media whose address they know. Refusals have the same headers, so that a player sees their
 * status. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export const allowPlayers = (fastify: FastifyInstance, origins: PlayerOrigins): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!MEDIA.test(request.url)) return done();
    // a cache in between must not give one origin's answer to another
    if (origins !== '*') reply.header('vary', 'origin');
    const { origin } = request.headers;
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (origins === '*' || (origin !== undefined && origins.includes(origin))) {
      reply.headers({
        'access-control-allow-origin': origins === '*' ? '*' : origin,
        'access-control-expose-headers': RESPONSE_HEADERS,
        ...(isPreflight && {
          'access-control-allow-methods': METHODS,
          'access-control-allow-headers': REQUEST_HEADERS,
          'access-control-max-age': MAX_AGE_SECONDS,
        }),
      });
    }
    if (isPreflight) void reply.status(204).send();
    else done();
  });
};
