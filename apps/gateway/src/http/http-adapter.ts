import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Logger } from '@clipfleet/platform';
import { observeRequests } from './observe-requests.js';
import { allowPlayers, type PlayerOrigins } from './player-origins.js';

export interface HttpAdapterOptions {
  logger: Logger;
  /** Larger request bodies are refused while they are read. */
  maxBodyBytes: number;
  /** Whose pages may play what lies here. */
  playerOrigins: PlayerOrigins;
}

/** Load balancers keep idle connections for 60 s; the side that may not close first is the client's. */
const KEEP_ALIVE_MS = 65_000;
/** S3 keys have up to 1,024 bytes, each up to three characters of a path. */
const MAX_PATH_PARAMETER_LENGTH = 4096;

/** Bodies reach controllers as bytes: one reader (`readJson`) decides what is JSON, so that every refusal names its reason. */
class GatewayHttpAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {
    // Nest's JSON and form parsers would answer in a form of their own.
  }
}

/** The Fastify of the gateway: `NestFactory.create(module, createHttpAdapter(…))`. */
export const createHttpAdapter = ({ logger, maxBodyBytes, playerOrigins }: HttpAdapterOptions): FastifyAdapter => {
  const adapter = new GatewayHttpAdapter({
    bodyLimit: maxBodyBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    // the file API is written with a slash at the end, and asked for without
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER_LENGTH, ignoreTrailingSlash: true },
    genReqId: requestIdOf,
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  // Files come as they are: who takes them reads the request itself.
  fastify.addContentTypeParser('multipart/form-data', (_request, _body, done) => done(null, undefined));
  // the usual type by its name: for others Fastify parses the header of each request
  fastify.addContentTypeParser(['application/json', '*'], { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  observeRequests(fastify, logger);
  allowPlayers(fastify, playerOrigins);
  return adapter;
};

/** A caller's or proxy's own id, if it is one that can stand in a log. */
const requestIdOf = (request: Pick<IncomingMessage, 'headers'>): string => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
};
