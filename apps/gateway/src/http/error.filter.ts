import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  askAgainMs,
  ClipfleetError,
  CODE_PATH,
  EXPORT_API_PATH,
  fileApiRefusal,
  PROBLEM_CONTENT_TYPE,
  problemOf,
  refusalAnswer,
  refusalStatus,
  TOKEN_PATH,
  tokenApiRefusal,
} from '@clipfleet/contracts';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { methodsOf } from './methods.js';

/** How long a client had better wait, where the refusal does not say. */
const RETRY_AFTER_MS = 5_000;

/** Whatever was thrown at a request, in the form of the API it was sent to: the export API's envelope, RFC 9457 elsewhere. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'maxBodyBytes'>,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    // Messages have their own way of failing; a hybrid app may show theirs to global filters.
    if (host.getType() !== 'http') throw thrown;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = this.toError(thrown, request);
    const status = refusalStatus(error.code);
    if (status >= 500) this.logger.error({ err: thrown, requestId: request.id }, 'a request failed');
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
    if (status === 429 || status === 503)
      reply.header('retry-after', Math.ceil((askAgainMs(error) ?? RETRY_AFTER_MS) / 1000));
    const challenge = challengeOf(error);
    if (challenge !== undefined) reply.header('www-authenticate', challenge);
    if (status === 405) reply.header('allow', methodsOf(pathOf(request))?.join(', ') ?? '');
    if (isFileApi(request)) void reply.status(status).type('application/json').send(fileApiRefusal(error));
    else if (isTokenApi(request)) void reply.status(status).type('application/json').send(tokenApiRefusal(error));
    else if (isExportApi(request)) void reply.status(status).type('application/json').send(refusalAnswer(error));
    else
      void reply
        .status(status)
        .type(PROBLEM_CONTENT_TYPE)
        .send(JSON.stringify(problemOf(error, request.id)));
  }

  private toError(thrown: unknown, request: FastifyRequest): ClipfleetError {
    if (thrown instanceof ClipfleetError && refusalStatus(thrown.code) !== 500) return thrown;
    if (thrown instanceof HttpException) {
      const error = this.fromStatus(thrown.getStatus(), request);
      if (error) return error;
    }
    // What went wrong inside is for the log: it may name hosts, statements, paths.
    return new ClipfleetError(
      'internal',
      `The request could not be served. Ask the operator about request ${request.id}.`,
    );
  }

  /** Fastify and Nest refuse what never reaches a controller: unknown paths and methods, bodies they cannot read. */
  private fromStatus(status: number, request: FastifyRequest): ClipfleetError | undefined {
    const path = pathOf(request);
    const methods = methodsOf(path);
    switch (status) {
      case 404:
        return methods
          ? new ClipfleetError(
              'method-not-allowed',
              `only ${methods.join(', ')} is accepted here, not ${request.method}`,
            )
          : new ClipfleetError('not-found', 'there is nothing at this address');
      case 413:
        return new ClipfleetError('body-too-large', `body is larger than ${this.config.maxBodyBytes} bytes`, {
          details: { field: 'body' },
        });
      case 415:
        return new ClipfleetError('unsupported-media-type', 'Content-Type must be application/json');
      default:
        return status >= 400 && status < 500
          ? new ClipfleetError('bad-parameter', 'body could not be read', { details: { field: 'body' } })
          : undefined;
    }
  }
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0].replace(/(.)\/+$/, '$1');
/** `/cdn` and `/upload` are its addresses too. */
const isFileApi = (request: FastifyRequest): boolean => /^\/([oh]serve\/|cdn\/|upload$)/.test(pathOf(request));
const isTokenApi = (request: FastifyRequest): boolean => [TOKEN_PATH, CODE_PATH].includes(pathOf(request));
const isExportApi = (request: FastifyRequest): boolean => pathOf(request) === EXPORT_API_PATH;

/** RFC 6750 §3.1. */
const challengeOf = ({ code, details }: ClipfleetError): string | undefined => {
  if (code === 'token-expired') return 'Bearer error="invalid_token", error_description="the token has expired"';
  if (code === 'scope-missing') return `Bearer error="insufficient_scope", scope="${String(details['scope'])}"`;
  return refusalStatus(code) === 401 ? 'Bearer' : undefined;
};
